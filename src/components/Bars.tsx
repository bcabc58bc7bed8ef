import type { ReactNode } from 'react'

import { count as grouped } from '#src/lib/bytes.ts'
import styles from './Bars.module.css'

/** Numbers to compare, as bars over one scale. */
export function Bars({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ul className={styles['bars']} aria-label={label}>
      {children}
    </ul>
  )
}

interface Props {
  count: number
  /** The largest of all, which fills the whole width. */
  largest: number
  tone?: 'bad'
  /** What is counted. */
  children: ReactNode
}

export function Bar({ count, largest, tone, children }: Props) {
  return (
    <li>
      <span>{children}</span>
      <span className={styles['track']} data-tone={tone} aria-hidden>
        <span style={{ width: `${(count / Math.max(1, largest)) * 100}%` }} />
      </span>
      <span className={styles['count']}>{grouped(count)}</span>
    </li>
  )
}
