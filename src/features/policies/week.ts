import type { Window } from '#contract/manage/policies.ts'

const DAY_MINUTES = 1440

/** Open on a weekday (1 is Monday) from `start` to `end`, minutes of that day. */
export interface Span {
  weekday: number
  start: number
  end: number
}

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))

/** The week of a window as spans that do not cross midnight; dates that stay closed are no part of it. */
export function weekOf({ from, to, weekdays }: Pick<Window, 'from' | 'to' | 'weekdays'>): Span[] {
  const [start, end] = [minutesOf(from), minutesOf(to)]
  return weekdays.flatMap((weekday) => {
    if (start < end) return [{ weekday, start, end }]
    const evening = { weekday, start, end: DAY_MINUTES }
    return end === 0 ? [evening] : [evening, { weekday: (weekday % 7) + 1, start: 0, end }]
  })
}
