import { Text } from '@mantine/core'
import { createContext, use } from 'react'

import { ago, dateTime } from '#src/lib/time.ts'
import styles from './Time.module.css'

interface Clock {
  /** IANA zone of the organisation. */
  zone: string
  /** Epoch milliseconds as the server last told them, coarse enough that not every beat renders every time. */
  now: number
}

export const DEFAULT_ZONE = 'Asia/Singapore'
export const ClockContext = createContext<Clock | undefined>(undefined)

/** The zone and the time that everything on screen is told in. */
export const useClock = (): Clock => use(ClockContext) ?? { zone: DEFAULT_ZONE, now: Date.now() }

interface Props {
  /** ISO 8601; null shows what never happened. */
  at: string | null
  never?: string
  /** Only the absolute time, where there is no room for both. */
  plain?: boolean
  /** Who did it then. */
  by?: string
}

/** A moment, absolute and beside it relative; the zone on hover. */
export function Time({ at, never = 'never', plain = false, by }: Props) {
  const { zone, now } = useClock()
  if (at === null)
    return (
      <Text span inherit c="dimmed">
        {never}
      </Text>
    )
  const shown = dateTime(at, zone)
  return (
    <time dateTime={at} title={`${shown} ${zone}`}>
      {shown}
      {!plain && (
        <span className={styles['ago']}>
          {ago(at, now)}
          {by && ` by ${by}`}
        </span>
      )}
    </time>
  )
}
