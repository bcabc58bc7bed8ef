import type { JobCounts } from '#contract/manage/jobs.ts'

export interface Moment {
  /** Epoch milliseconds. */
  at: number
  counts: JobCounts
}

/** What is drawn, from the bottom up: what is decided lies below, what waits is the room above. */
export const LAYERS = [
  { key: 'succeeded', words: 'Upgraded' },
  { key: 'failed', words: 'Failed' },
  { key: 'skipped', words: 'Skipped' },
  { key: 'underWay', words: 'Under way' },
] as const
export type Layer = (typeof LAYERS)[number]['key']

export const valueOf = ({ counts }: Moment, layer: Layer): number =>
  layer === 'underWay' ? counts.published + counts.upgrading : counts[layer]

const sum = (counts: JobCounts): number => Object.values(counts).reduce((total, n) => total + n, 0)

/** The most devices that the job had at any time: the height of the chart. */
export const heightOf = (moments: readonly Moment[]): number => Math.max(1, ...moments.map(({ counts }) => sum(counts)))

interface Box {
  width: number
  height: number
}

const rounded = (value: number): number => Math.round(value * 10) / 10

/** The outline of each layer as the `d` of a path, by steps: counters change at a moment and not in between. */
export function outlines(moments: readonly Moment[], box: Box): Record<Layer, string> {
  const [from, to] = [moments[0]?.at ?? 0, moments.at(-1)?.at ?? 0]
  const most = heightOf(moments)
  const x = (at: number) => rounded(to === from ? box.width : ((at - from) / (to - from)) * box.width)
  const y = (value: number) => rounded(box.height - (value / most) * box.height)
  const below = moments.map(() => 0)
  const paths: Partial<Record<Layer, string>> = {}
  for (const { key } of LAYERS) {
    const floor = [...below]
    for (const [n, moment] of moments.entries()) below[n] = (below[n] ?? 0) + valueOf(moment, key)
    paths[key] = area(moments, { floor, top: below, x, y })
  }
  return paths as Record<Layer, string>
}

interface Plot {
  floor: readonly number[]
  top: readonly number[]
  x: (at: number) => number
  y: (value: number) => number
}

function area(moments: readonly Moment[], { floor, top, x, y }: Plot): string {
  const [first] = moments
  if (!first) return ''
  const steps = (values: readonly number[]) =>
    moments.flatMap(({ at }, n) =>
      n === 0 ? [] : [[x(at), y(values[n - 1] ?? 0)] as const, [x(at), y(values[n] ?? 0)] as const],
    )
  const there = [[x(first.at), y(top[0] ?? 0)] as const, ...steps(top)]
  const back = [[x(first.at), y(floor[0] ?? 0)] as const, ...steps(floor)].toReversed()
  return `M${[...there, ...back].map(([left, up]) => `${left} ${up}`).join('L')}Z`
}

/** At most so many of them, evenly, the first and the last among them: a table that can be read. */
export function some(moments: readonly Moment[], most: number): Moment[] {
  if (moments.length <= most) return [...moments]
  return Array.from({ length: most }, (_, n) => moments[Math.round((n * (moments.length - 1)) / (most - 1))]).filter(
    (moment) => moment !== undefined,
  )
}
