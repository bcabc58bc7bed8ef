import { countResult } from '#domain/halt.ts'
import { paced } from '#domain/pace.ts'
import { isOffered, type TaskFacts } from '#domain/task.ts'
import { countInWave, isCounted } from '#domain/wave-progress.ts'
import type { JobCore, TaskRecord } from '#server/ports-engine.ts'

/** Follows a task that changed its status with everything that its job counts. */
export function tally(job: JobCore, task: TaskRecord, before: TaskFacts, at: number): void {
  const { facts, ratedIn } = task
  const [from, to] = [before.status, facts.status]
  job.counts = { ...job.counts, [from]: job.counts[from] - 1, [to]: job.counts[to] + 1 }
  job.offered += Number(isOffered(facts)) - Number(isOffered(before))
  if (to === 'published') job.pace = paced(job.policy.pacePerMinute, job.pace, at)
  const counted = countResult(job.halt, { before, after: facts, ratedIn })
  job.halt = counted.halt
  if (isCounted(job.waveState, task.deviceKey))
    job.waveState = countInWave(job.waveState, task.wave, { before, after: facts })
  task.ratedIn = counted.ratedIn
}
