import { jobCan, startEventOf, type JobAct } from '#domain/job.ts'
import { advanceWave, mayAdvance } from '#domain/wave-progress.ts'
import type { Actor } from '#server/ports.ts'
import type { EngineStore, JobAsk, JobCore } from '#server/ports-engine.ts'

import { jobLine, SYSTEM } from './log-lines.ts'
import { change, takeAway } from './make-job.ts'
import { ofOrg, orRefuse } from './refuse.ts'
import { breathe } from './scope.ts'
import { Work, type Aftermath } from './work.ts'

/** Tasks changed in one transaction where a person's act is about many. */
export const ACT_BATCH = 150

export interface Acting {
  store: EngineStore
  now: () => number
  settle: (aftermath: Aftermath) => void
}

/** Loads the job and asks the rules; everything a person does to a job begins here. */
export async function mayAct(work: Work, { orgId, jobId }: JobAsk, act: JobAct): Promise<JobCore> {
  await work.loadJobs([jobId])
  const job = ofOrg(work.jobs.get(jobId), orgId, 'Job')
  orRefuse(jobCan[act](job))
  return job
}

/** Starts the job, or asks a second person where its policy wants one. */
export function begin(work: Work, job: JobCore, actor: Actor): void {
  const event = startEventOf(job.policy)
  work.moveJob(job, event, { verb: event === 'start' ? 'started' : 'startAsked', actor, at: work.now })
}

const VERBS = { stop: 'stopped', end: 'ended', resume: 'resumed' } as const

/** Starts, stops, ends or resumes a job: one step of its table. @param why in the person's own words */
export async function step(
  acting: Acting,
  of: JobAsk,
  act: keyof typeof VERBS | 'start',
  actor: Actor,
  why?: string,
): Promise<void> {
  await change(acting, async (work) => {
    const job = await mayAct(work, of, act)
    if (act === 'start') begin(work, job, actor)
    else work.moveJob(job, act, { verb: VERBS[act], actor, at: work.now, ...(why !== undefined && { why }) })
  })
}

/** Opens the next wave, where its gate asks for a person and waits for nothing else. */
export async function advance(acting: Acting, of: JobAsk, actor: Actor): Promise<void> {
  await change(acting, async (work) => {
    const job = await mayAct(work, of, 'advance')
    orRefuse(mayAdvance(job.waveState, job.policy.waves, work.now))
    job.waveState = advanceWave(job.waveState)
    work.touchJob(job)
    work.log(jobLine(job, { verb: 'advanced', actor, at: work.now }))
  })
}

/**
 * Skips what still waits in a job that is over, some at a time, so that devices can report in between.
 * What a crash interrupts goes on at the next start.
 */
export async function skipWaiting({ store, now, settle }: Acting, jobId: string): Promise<void> {
  for (let left = true; left;) {
    const aftermath = await store.transact(async (tx) => {
      const work = new Work(tx, now())
      const tasks = await tx.tasksAfter(jobId, { status: 'init' }, '', ACT_BATCH)
      await work.loadJobs([jobId])
      if (work.jobs.get(jobId)?.state !== 'completed') return null
      for (const task of tasks) work.apply(task, { type: 'skip', at: work.now, reason: 'jobEnded' }, SYSTEM)
      left = tasks.length === ACT_BATCH
      return work.save()
    })
    if (!aftermath) return
    settle(aftermath)
    await breathe()
  }
}

/** Deletes a job: from the first commit on nothing can be done to it, then its tasks go, some at a time. Its log stays. */
export async function remove({ store, now, settle }: Acting, of: JobAsk, actor: Actor): Promise<void> {
  const aftermath = await store.transact(async (tx) => {
    const work = new Work(tx, now())
    const job = await mayAct(work, of, 'delete')
    job.phase = 'deleting'
    work.keepJob(job)
    // a verdict that was reached stays; one that was only awaited from this job is not coming any more
    if (job.firmware.verificationState === 'verifying') work.reverify(job)
    work.log(jobLine(job, { verb: 'deleted', actor, at: work.now, from: job.state }))
    return work.save()
  })
  settle(aftermath)
  await takeAway(store, of.jobId)
  settle({ ...aftermath, pushes: [], wake: [] })
}
