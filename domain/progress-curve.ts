import type { JobCounts } from '#contract/manage/jobs.ts'

/** A job's counters as they stood at a moment, in epoch milliseconds. */
export interface ProgressPoint {
  at: number
  counts: JobCounts
}

const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/**
 * How long a slot is, by the age of the job: a job of a minute and one of a month both draw a curve, and a month keeps
 * about 6,500 points.
 */
const SLOTS = [
  { until: 5 * MINUTE, width: SECOND },
  { until: HOUR, width: 10 * SECOND },
  { until: 24 * HOUR, width: MINUTE },
  { until: Infinity, width: 10 * MINUTE },
] as const

/** Points that an answer has at most. */
export const MOST_POINTS = 200

/**
 * The moment under which a job's counters are kept: the end of the slot that `at` lies in, so that one point stands
 * for each slot. Both times are epoch milliseconds.
 * @param beganAt when the job was started, or created where it never was
 */
export function slotOf(beganAt: number, at: number): number {
  const age = Math.max(0, at - beganAt)
  const { width } = SLOTS.find(({ until }) => age <= until) ?? SLOTS[3]
  return beganAt + Math.ceil(age / width) * width
}

/**
 * The points of a chart: the last one of each of at most 200 equal pieces of time, and how things stand at its end.
 * @param points in the order of time
 * @param end the job's end or now, with its counters then
 */
export function curveOf(points: readonly ProgressPoint[], end: ProgressPoint): ProgressPoint[] {
  const before = points.filter(({ at }) => at < end.at)
  const [first] = before
  // a job in which nothing happened is one point, however long it has been there
  if (!first || before.every(({ counts }) => isSame(counts, end.counts))) return [end]
  const width = Math.max(1, (end.at - first.at) / (MOST_POINTS - 2))
  const last = new Map<number, ProgressPoint>()
  // the very first is kept: it says from where the curve begins
  for (const point of before) last.set(point === first ? -1 : Math.floor((point.at - first.at) / width), point)
  return [...last.values(), end]
}

const isSame = (a: JobCounts, b: JobCounts): boolean =>
  Object.entries(a).every(([state, n]) => b[state as keyof JobCounts] === n)
