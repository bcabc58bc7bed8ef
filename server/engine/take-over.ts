import { jobCan } from '#domain/job.ts'
import type { Actor } from '#server/ports.ts'
import type { JobCore } from '#server/ports-engine.ts'

import { ACT_BATCH, begin, type Acting } from './job-acts.ts'
import { membersOf } from './make-job.ts'
import { Work } from './work.ts'

/** Not when all jobs were stopped in an emergency while it was made, nor when its firmware may not be used any more. */
export function startIfUntouched(work: Work, job: JobCore, actor: Actor): void {
  if (job.version === 1 && jobCan.start(job) === true) begin(work, job, actor)
}

/**
 * What the devices of the job still wait for elsewhere is skipped, because this job has them now; then it starts where
 * that was asked for. It is done in many transactions, ends when the job goes, and can be begun again at any point.
 */
export async function takeOver(acting: Acting, jobId: string, actor: Actor): Promise<void> {
  for await (const ids of membersOf(acting.store.read, jobId, ACT_BATCH)) {
    const goesOn = await oneStep(acting, jobId, async (work) => {
      const tasks = await work.tx.waitingElsewhere(ids, jobId)
      await work.loadJobs(tasks.map((task) => task.jobId))
      for (const task of tasks) work.apply(task, { type: 'skip', at: work.now, reason: 'superseded' }, actor)
    })
    if (!goesOn) return
  }
  await oneStep(acting, jobId, async (work, job) => {
    if (job.takeOver === 'thenStart') startIfUntouched(work, job, actor)
    job.takeOver = null
    work.keepJob(job)
  })
}

/** @returns false when the job takes over no more, because somebody deletes it */
async function oneStep(
  { store, now, settle }: Acting,
  jobId: string,
  write: (work: Work, job: JobCore) => Promise<void>,
): Promise<boolean> {
  const aftermath = await store.transact(async (tx) => {
    const work = new Work(tx, now())
    await work.loadJobs([jobId])
    const job = work.jobs.get(jobId)
    if (!job || job.takeOver === null || job.phase !== 'ready') return null
    await write(work, job)
    return work.save()
  })
  if (aftermath) settle(aftermath)
  return aftermath !== null
}

/** Goes on with what an earlier process began, in the name of whoever asked for it. */
export async function resumeTakeOvers(acting: Acting): Promise<void> {
  for (const { id, createdBy } of await acting.store.read.takingOver())
    await takeOver(acting, id, { kind: 'user', ...createdBy, address: '' })
}
