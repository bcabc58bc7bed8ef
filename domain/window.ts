import { Temporal } from 'temporal-polyfill'

import type { Window } from '#contract/manage/policies.ts'

/** Open from `start` (inclusive) to `end` (exclusive), epoch milliseconds. */
export interface Opening {
  start: number
  end: number
}

/** A window with weekdays and a year of blackouts opens within this many days, or never. */
const HORIZON_DAYS = 400

const at = (date: Temporal.PlainDate, time: string, zone: string): number =>
  // in a gap of daylight saving the later, in an overlap the earlier: the rule of RFC 5545
  date.toZonedDateTime({ timeZone: zone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds

/** Takes the blackout day [start, end) out of the openings. */
const without = (openings: Opening[], closed: Opening): Opening[] =>
  openings
    .flatMap(({ start, end }) => [
      { start, end: Math.min(end, closed.start) },
      { start: Math.max(start, closed.end), end },
    ])
    .filter(({ start, end }) => start < end)

function openingsOf(date: Temporal.PlainDate, window: Window): Opening[] {
  if (!window.weekdays.includes(date.dayOfWeek)) return []
  const { from, to, zone } = window
  const next = date.add({ days: 1 })
  const whole = { start: at(date, from, zone), end: at(from < to ? date : next, to, zone) }
  return [date, next]
    .filter((day) => window.blackoutDates.includes(day.toString()))
    .map((day) => ({ start: at(day, '00:00', zone), end: at(day.add({ days: 1 }), '00:00', zone) }))
    .reduce(without, [whole])
}

/** The openings that end after `now`, in order; the first may be open already. */
export function* openings(window: Window, now: number): Generator<Opening> {
  const today = Temporal.Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(window.zone).toPlainDate()
  // one that crosses midnight may have opened yesterday
  for (let day = -1; day < HORIZON_DAYS; day += 1)
    for (const opening of openingsOf(today.add({ days: day }), window)) if (opening.end > now) yield opening
}

/** Found once and asked for again: a job asks for each of its devices, and the calendar is slow. */
const found = new WeakMap<Window, { askedAt: number; next: Opening }>()

function nextOpening(window: Window, now: number): Opening | undefined {
  const known = found.get(window)
  if (known && known.askedAt <= now && now < known.next.end) return known.next
  const [next] = openings(window, now)
  if (next) found.set(window, { askedAt: now, next })
  return next
}

/** When dispatch is allowed next: `now` while the window is open, null when it never opens again. */
export function opensAt(window: Window | null, now: number): number | null {
  if (window === null) return now
  const next = nextOpening(window, now)
  return next ? Math.max(next.start, now) : null
}
