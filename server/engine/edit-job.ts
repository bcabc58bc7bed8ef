import type { JobUpdate } from '#contract/manage/jobs.ts'
import { problems } from '#contract/problems.ts'
import { canTarget } from '#domain/can.ts'
import { keptOfJob } from '#domain/changes.ts'
import { jobCan, totalOf } from '#domain/job.ts'
import { beginCut } from '#domain/wave-progress.ts'
import { policyOfType } from '#domain/verification.ts'
import { ProblemError, type Actor } from '#server/ports.ts'
import type { EngineReads, JobAsk, JobRecord } from '#server/ports-engine.ts'

import { createErrands, type ErrandTerms } from './errands.ts'
import type { Acting } from './job-acts.ts'
import { jobLine } from './log-lines.ts'
import { change, coreOf } from './make-job.ts'
import { matchAgain } from './match-again.ts'
import { mayHave } from './preview.ts'
import { ofOrg, orRefuse } from './refuse.ts'
import { listOf, matchesAny } from './scope.ts'

interface Editing {
  of: JobAsk
  change: JobUpdate
  actor: Actor
}

export interface Edits {
  /** Goes on with what an earlier process began. */
  start(): Promise<void>
  /** Resolves when the job is whole again. */
  edit(editing: Editing): Promise<void>
  idle(): Promise<void>
  stop(): void
}

/**
 * Edits of jobs that do not run. The first transaction refuses what has to be refused and says what is asked for; then
 * the devices are matched again in many short ones, and nothing can be done to the job before it is whole. What is
 * interrupted goes on by itself, or with the next start of the service.
 */
export function createEdits({ store, clock, log, settle }: ErrandTerms): Edits {
  const acting: Acting = { store, now: clock.now, settle }
  const errands = createErrands({ clock, log }, 'an edit', (jobId) => matchAgain(acting, jobId))
  return {
    async start() {
      for (const { id, phase } of await store.read.passingJobs())
        // what failed is tried again by itself
        if (phase === 'editing') errands.run(id).catch(() => {})
    },
    async edit(editing) {
      await begin(acting, editing)
      await errands.run(editing.of.jobId)
    },
    idle: errands.idle,
    stop: errands.stop,
  }
}

/** Writes another scope or policy into the job; an approval that was asked for is void. */
async function begin(acting: Acting, editing: Editing): Promise<void> {
  const { read } = acting.store
  const draft = await editedOf(read, editing)
  orRefuse(canTarget(Number(await reachesAny(read, draft, editing.change)), draft.after.policy.list))
  await change(acting, async (work) => {
    const { before, after } = await editedOf(work.tx, editing)
    await work.tx.editJob(after)
    const job = await coreOf(work, after.id)
    job.phase = 'editing'
    job.editing = { by: editing.actor, rematch: editing.change.scope !== undefined }
    job.waveState = beginCut(job.policy.waves)
    const data = { before: keptOfJob(before), after: keptOfJob(after) }
    const step = { verb: 'edited', actor: editing.actor, at: work.now, data } as const
    if (job.state === 'awaitingApproval') work.moveJob(job, 'giveBack', step)
    else {
      job.version += 1
      work.touchJob(job)
      work.log(jobLine(job, step))
    }
  })
}

/** The job before and after; everything that can be refused without looking at devices is refused here. */
async function editedOf(
  read: EngineReads,
  { of, change: { scope, policy, version } }: Editing,
): Promise<{ before: JobRecord; after: JobRecord }> {
  const before = ofOrg((await read.jobs([of.jobId]))[0], of.orgId, 'Job')
  orRefuse(jobCan.edit(before))
  if (before.version !== version) throw new ProblemError(problems.stale())
  const after: JobRecord = {
    ...before,
    ...(scope && { scope, versions: scope.versions }),
    // its own from now on
    ...(policy && { policy: policyOfType(before.type, policy), policyId: null }),
  }
  orRefuse(mayHave(after.type, after.firmware, after.scope))
  if (scope && scope.deviceListId !== null) await listOf(read, after.productKey, scope.deviceListId)
  return { before, after }
}

/** Whether the job is about any device after the edit: without a new scope those that wait stay, and all others do. */
async function reachesAny(
  read: EngineReads,
  { before: { counts }, after }: { before: JobRecord; after: JobRecord },
  { scope }: JobUpdate,
): Promise<boolean> {
  const stay = scope ? totalOf(counts) - counts.init : totalOf(counts)
  return stay > 0 || (scope !== undefined && (await matchesAny(read, after)))
}
