import type { ReactNode } from 'react'

import styles from './Facts.module.css'

interface Props {
  /** What the list is about, for those who cannot see where it stands. */
  label: string
  /** Term and fact; an entry without a fact is left out. */
  facts: readonly (readonly [term: string, fact: ReactNode])[]
}

/** A row of facts that breaks as it must: term above, fact below. */
export function Facts({ label, facts }: Props) {
  return (
    <dl className={styles['facts']} aria-label={label}>
      {facts.map(([term, fact]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  )
}
