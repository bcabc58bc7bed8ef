import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

import { Window, windowMinutes } from '#contract/manage/policies.ts'
import { openings, opensAt } from '#domain/window.ts'

const window = (some: object) => Window.parse({ from: '22:00', to: '02:00', ...some })
const ms = (iso: string) => Date.parse(iso)
const first = (w: Window, now: string, n = 3) => {
  const found: string[] = []
  for (const { start, end } of openings(w, ms(now))) {
    found.push(`${new Date(start).toISOString()} ${new Date(end).toISOString()}`)
    if (found.length === n) break
  }
  return found
}

test('a night window in Singapore crosses midnight and belongs to the day on which it opens', () => {
  // Friday 2026-01-02; 22:00 in Singapore is 14:00 UTC
  expect(first(window({ weekdays: [5] }), '2026-01-02T00:00:00Z', 2)).toEqual([
    '2026-01-02T14:00:00.000Z 2026-01-02T18:00:00.000Z',
    '2026-01-09T14:00:00.000Z 2026-01-09T18:00:00.000Z',
  ])
  // on Saturday at 01:00 it is still Friday's window
  expect(opensAt(window({ weekdays: [5] }), ms('2026-01-02T17:00:00Z'))).toBe(ms('2026-01-02T17:00:00Z'))
  expect(opensAt(window({ weekdays: [5] }), ms('2026-01-02T18:00:00Z'))).toBe(ms('2026-01-09T14:00:00Z'))
})

test('a blackout date closes all its minutes, those of the night before too', () => {
  expect(first(window({ blackoutDates: ['2026-01-03'] }), '2026-01-02T00:00:00Z')).toEqual([
    '2026-01-02T14:00:00.000Z 2026-01-02T16:00:00.000Z', // up to midnight
    '2026-01-03T16:00:00.000Z 2026-01-03T18:00:00.000Z', // from the end of the 3rd
    '2026-01-04T14:00:00.000Z 2026-01-04T18:00:00.000Z',
  ])
})

test('daylight saving: a window keeps its wall-clock times', () => {
  const berlin = window({ from: '01:30', to: '03:30', zone: 'Europe/Berlin' })
  expect(first(berlin, '2026-03-28T12:00:00Z', 1)).toEqual(['2026-03-29T00:30:00.000Z 2026-03-29T01:30:00.000Z'])
  expect(first(berlin, '2026-10-24T12:00:00Z', 1)).toEqual(['2026-10-24T23:30:00.000Z 2026-10-25T02:30:00.000Z'])
})

describe('the length of a window', () => {
  test.each([
    ['22:00', '02:00', 240],
    ['00:00', '00:00', 1440],
    ['10:00', '10:30', 30],
    ['10:30', '10:00', 1410],
  ])('%s to %s is %i minutes', (from, to, minutes) => expect(windowMinutes({ from, to })).toBe(minutes))
  test('is at least half an hour', () => {
    expect(Window.safeParse({ from: '10:00', to: '10:29' }).success).toBe(false)
    expect(Window.safeParse({ from: '10:00', to: '10:30' }).success).toBe(true)
  })
})

test('a window that never opens again says so', () => {
  const days = Array.from({ length: 5 }, (_, i) => `2026-01-0${i + 1}`)
  expect(opensAt(window({ weekdays: [4], blackoutDates: days }), ms('2026-01-01T00:00:00Z'))).toBe(
    ms('2026-01-08T14:00:00Z'),
  )
  expect(opensAt(null, 5)).toBe(5)
})

/** The same question asked minute by minute of the zone's own wall clock: slow, and independent. */
function openByWallClock(w: Window, at: number): boolean {
  const parts = (instant: number) =>
    Object.fromEntries(
      new Intl.DateTimeFormat('en-CA', { timeZone: w.zone, hourCycle: 'h23', dateStyle: 'short', timeStyle: 'short' })
        .formatToParts(instant)
        .map(({ type, value }) => [type, value]),
    )
  const { year, month, day, hour, minute } = parts(at)
  const date = `${year}-${month}-${day}`
  const time = `${hour}:${minute}`
  const weekday = ((new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7) + 1
  const yesterday = weekday === 1 ? 7 : weekday - 1
  if (w.blackoutDates.includes(date)) return false
  if (w.from < w.to) return w.weekdays.includes(weekday) && time >= w.from && time < w.to
  return (w.weekdays.includes(weekday) && time >= w.from) || (w.weekdays.includes(yesterday) && time < w.to)
}

test('law: where no clock is put forward, a window is open exactly when the wall clock says so', () => {
  const clock = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 }))
    .map(([h, m]) => `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`)
  const some = fc.record({
    from: clock,
    to: clock,
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    zone: fc.constantFrom('Asia/Singapore', 'Asia/Kolkata', 'UTC', 'America/Lima'),
    blackoutDates: fc.uniqueArray(
      fc.integer({ min: 1, max: 9 }).map((d) => `2026-06-0${d}`),
      { maxLength: 3 },
    ),
  })
  const minute = fc.integer({ min: 0, max: 12 * 1440 }).map((n) => ms('2026-05-30T00:00:00Z') + n * 60_000)
  fc.assert(
    fc.property(some, minute, (raw, at) => {
      const parsed = Window.safeParse(raw)
      if (!parsed.success) return
      expect(opensAt(parsed.data, at) === at).toBe(openByWallClock(parsed.data, at))
    }),
    { numRuns: 1_000 },
  )
})
