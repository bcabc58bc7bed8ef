import type { EngineTx, JobCore } from '#server/ports-engine.ts'

import { createErrands, type ErrandTerms } from './errands.ts'
import { ACT_BATCH, type Acting } from './job-acts.ts'
import { SYSTEM } from './log-lines.ts'
import { Work } from './work.ts'

export interface TakeOvers {
  /** Goes on with what an earlier process began. */
  start(): Promise<void>
  /** Jobs as they stand after a commit: one that has just started takes its devices over. */
  consider(jobs: readonly JobCore[]): void
  idle(): Promise<void>
  stop(): void
}

/**
 * When a job starts for the first time, what its devices still wait for in older jobs is skipped, because this job has
 * them now. Whoever starts it does not wait for that. Stopped or halted meanwhile, it goes on: a person started the job.
 */
export function createTakeOvers({ store, clock, log, settle }: ErrandTerms): TakeOvers {
  const acting: Acting = { store, now: clock.now, settle }
  const errands = createErrands({ clock, log }, 'taking devices over', (jobId) => takeOver(acting, jobId))

  function consider(jobs: readonly JobCore[]): void {
    // what failed is tried again by itself
    for (const job of jobs) if (isDue(job)) errands.run(job.id).catch(() => {})
  }

  return {
    start: async () => consider(await store.read.superseding()),
    consider,
    idle: errands.idle,
    stop: errands.stop,
  }
}

/** It has been started, and nobody takes it away. */
const isDue = ({ supersede, startedAt, phase }: JobCore): boolean =>
  supersede && startedAt !== null && phase === 'ready'

async function* takeOver({ store, now, settle }: Acting, jobId: string): AsyncGenerator<void> {
  for (let after: string | null = ''; after !== null;) {
    const from: string = after
    const step = await store.transact(async (tx) => {
      const work = new Work(tx, now())
      await work.loadJobs([jobId])
      const job = work.jobs.get(jobId)
      if (!job || !isDue(job)) return null
      const last = await takeSome(work, job, from)
      return { last, aftermath: await work.save() }
    })
    if (step) settle(step.aftermath)
    after = step?.last ?? null
    yield
  }
}

/** @returns the key of the last device that was looked at, null when there are no more */
async function takeSome(work: Work, job: JobCore, after: string): Promise<string | null> {
  const members = await work.tx.membersAfter(job.id, after, ACT_BATCH)
  const ids = await takenBy(work.tx, job, members)
  const tasks = await work.tx.waitingInOlder(ids, job.id)
  await work.loadJobs(tasks.map((task) => task.jobId))
  for (const task of tasks) work.apply(task, { type: 'skip', at: work.now, reason: 'superseded' }, SYSTEM)
  if (members.length === ACT_BATCH) return members.at(-1)?.deviceKey ?? null
  job.supersede = false
  work.keepJob(job)
  return null
}

/** Of these devices those that the job has or had: whom it skipped, or is about to because it ended, the older keep. */
async function takenBy(
  tx: EngineTx,
  { id, state }: JobCore,
  members: readonly { deviceId: string }[],
): Promise<string[]> {
  const tasks = await tx.tasks(
    id,
    members.map(({ deviceId }) => deviceId),
  )
  return tasks.flatMap(({ deviceId, facts: { status } }) =>
    status === 'skipped' || (state === 'completed' && status === 'init') ? [] : [deviceId],
  )
}
