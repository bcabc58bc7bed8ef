import type { ReactNode } from 'react'

import styles from './StateBadge.module.css'

/** What a state means to the reader; each has a shape of its own, so that colour is never alone. */
export type Tone = 'waiting' | 'moving' | 'good' | 'bad' | 'warning' | 'idle' | 'done'

const shapes: Record<Tone, ReactNode> = {
  waiting: <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />,
  moving: (
    <>
      <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="M6 1.75a4.25 4.25 0 0 1 0 8.5Z" fill="currentColor" />
    </>
  ),
  good: (
    <>
      <circle cx="6" cy="6" r="5" fill="currentColor" />
      <path d="m3.75 6.25 1.6 1.6 3-3.5" fill="none" stroke="var(--mantine-color-body)" strokeWidth="1.4" />
    </>
  ),
  done: (
    <>
      <circle cx="6" cy="6" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="m4 6.2 1.5 1.5 2.6-3" fill="none" stroke="currentColor" strokeWidth="1.4" />
    </>
  ),
  bad: (
    <>
      <path d="M3.9 1h4.2L11 3.9v4.2L8.1 11H3.9L1 8.1V3.9Z" fill="currentColor" />
      <path d="m4.25 4.25 3.5 3.5m0-3.5-3.5 3.5" stroke="var(--mantine-color-body)" strokeWidth="1.4" />
    </>
  ),
  warning: (
    <>
      <path d="M6 .8 11.5 10.8H.5Z" fill="currentColor" />
      <path d="M6 4.2v3m0 1.6v.01" stroke="var(--mantine-color-body)" strokeWidth="1.3" strokeLinecap="round" />
    </>
  ),
  idle: <path d="M2 6h8" stroke="currentColor" strokeWidth="2" strokeLinecap="round" />,
}

interface Props {
  tone: Tone
  children: ReactNode
}

/** A state in a word, with its shape before it. */
export function StateBadge({ tone, children }: Props) {
  return (
    <span className={styles['badge']} data-tone={tone}>
      <svg aria-hidden width="12" height="12" viewBox="0 0 12 12" className={styles['shape']}>
        {shapes[tone]}
      </svg>
      <span>{children}</span>
    </span>
  )
}
