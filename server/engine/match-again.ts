import { totalOf } from '#domain/job.ts'
import { beginCut, endCut } from '#domain/wave-progress.ts'
import type { Actor } from '#server/ports.ts'
import type { JobCore, JobRecord } from '#server/ports-engine.ts'

import { ACT_BATCH, type Acting } from './job-acts.ts'
import { jobLine } from './log-lines.ts'
import { change, coreOf, cutOf, place, takeIn } from './make-job.ts'
import { CHUNK, takenOf } from './scope.ts'
import type { Work } from './work.ts'

/**
 * What is left of an edit after its first transaction, in many short ones: devices that came into a new scope join,
 * those that an earlier edit left out come back, waiting ones that fall out of it are skipped, all others stay, and the
 * waves are cut anew. They join first, so that it never looks as if a verification had nothing more to hope for.
 * Begun again at any point it comes to the same end.
 */
export async function* matchAgain(acting: Acting, jobId: string): AsyncGenerator<void> {
  const job = await fromTheBeginning(acting, jobId)
  if (!job?.editing) return
  const { by, rematch } = job.editing
  if (rematch) {
    let devices = totalOf(job.counts)
    for await (const written of takeIn(acting, job, by)) {
      devices += written
      yield
    }
    yield* letFallOut(acting, job, by)
    if (devices > CHUNK) await acting.store.recountTasks()
  }
  yield* cutAgain(acting, job)
}

/** The job with its new scope; what an earlier attempt counted in its waves is forgotten. */
async function fromTheBeginning(acting: Acting, jobId: string): Promise<JobRecord | undefined> {
  const [job] = await acting.store.read.jobs([jobId])
  if (job?.phase !== 'editing') return undefined
  await change(acting, async (work) => {
    const core = await coreOf(work, jobId)
    core.waveState = beginCut(core.policy.waves)
    work.keepJob(core)
  })
  return job
}

async function* letFallOut(acting: Acting, job: JobRecord, actor: Actor): AsyncGenerator<void> {
  for (let after = '', more = true; more;) {
    await change(acting, async (work) => {
      const { tx, now: at } = work
      const tasks = await tx.tasksAfter(job.id, { status: 'init' }, after, ACT_BATCH)
      after = tasks.at(-1)?.deviceKey ?? after
      more = tasks.length === ACT_BATCH
      const targets = await tx.targets(tasks.map(({ deviceId }) => deviceId))
      const taken = new Set((await takenOf(tx, job, targets)).map(({ id }) => id))
      await work.loadJobs([job.id])
      for (const task of tasks)
        if (!taken.has(task.deviceId)) work.apply(task, { type: 'skip', at, reason: 'noLongerMatches' }, actor)
    })
    yield
  }
}

/** Puts the devices into the new waves, and counts there what has ended; behind the last of them the job is whole. */
async function* cutAgain(acting: Acting, job: JobRecord): AsyncGenerator<void> {
  const cut = job.policy.waves.length < 2 ? null : await cutOf(acting.store.read, job)
  for (let left = true; left;) {
    await change(acting, async (work) => {
      const core = await coreOf(work, job.id)
      left = cut !== null && (await placeSome(work, core, cut.waveOf))
      // in one step with the last look, so that nobody who joins in between is left uncounted
      if (!left) complete(work, core)
      work.touchJob(core)
    })
    yield
  }
}

/** @returns whether there may be more */
async function placeSome(work: Work, core: JobCore, waveOf: (deviceId: string) => number): Promise<boolean> {
  const { tx } = work
  const members = await tx.membersAfter(core.id, core.waveState.countedTo ?? '', CHUNK)
  const ids = members.map(({ deviceId }) => deviceId)
  await place(tx, core, await tx.tasks(core.id, ids), waveOf)
  const countedTo = members.at(-1)?.deviceKey
  if (countedTo !== undefined) core.waveState = { ...core.waveState, countedTo }
  return members.length === CHUNK
}

function complete(work: Work, core: JobCore): void {
  const { editing } = core
  core.waveState = endCut(core.waveState)
  core.phase = 'ready'
  core.editing = null
  if (editing?.rematch) work.log(jobLine(core, { verb: 'matched', actor: editing.by, at: work.now }))
}
