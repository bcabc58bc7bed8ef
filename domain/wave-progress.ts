import type { JobCounts, JobState, WaveProgress } from '#contract/manage/jobs.ts'

import { totalOf, underWay } from './job.ts'

/** A job without waves as the one wave that it is. */
export function oneWave(state: JobState, counts: JobCounts): WaveProgress[] {
  const size = totalOf(counts)
  const final = size - counts.init - underWay(counts)
  const begun = state === 'started' || state === 'halted' || final + underWay(counts) > 0
  return [
    {
      size,
      final,
      succeeded: counts.succeeded,
      failed: counts.failed,
      state: final === size ? 'done' : begun ? 'open' : 'waiting',
      waitsFor: null,
      opensAt: null,
    },
  ]
}
