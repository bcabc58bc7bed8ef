import type { ReactNode } from 'react'

import styles from './Facts.module.css'

interface Props {
  /** What the list is about, for those who cannot see where it stands. */
  label: string
  /** Term and fact, in the order in which they are read. */
  facts: readonly (readonly [term: string, fact: ReactNode])[]
  /** Term beside fact, one below the other: for facts that are sentences. */
  asLines?: boolean
}

/** Facts in columns, term above fact, as many beside each other as there is room for. */
export function Facts({ label, facts, asLines = false }: Props) {
  return (
    <dl className={styles[asLines ? 'lines' : 'facts']} aria-label={label}>
      {facts.map(([term, fact]) => (
        <div key={term}>
          <dt>{term}</dt>
          <dd>{fact}</dd>
        </div>
      ))}
    </dl>
  )
}
