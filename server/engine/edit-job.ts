import type { JobUpdate } from '#contract/manage/jobs.ts'
import { problems } from '#contract/problems.ts'
import { canTarget } from '#domain/can.ts'
import { keptOfJob } from '#domain/changes.ts'
import { jobCan, totalOf } from '#domain/job.ts'
import { beginWaves, placeInWave, type WaveState } from '#domain/wave-progress.ts'
import { ProblemError, type Actor } from '#server/ports.ts'
import type { EngineTx, JobAsk, JobRecord, TaskRecord } from '#server/ports-engine.ts'

import type { Acting } from './job-acts.ts'
import { jobLine } from './log-lines.ts'
import { cutOf, membersOf, taskOf } from './make-job.ts'
import { mayHave } from './preview.ts'
import { ofOrg, orRefuse } from './refuse.ts'
import { asked, breathe, CHUNK, leftOut, takenOf } from './scope.ts'
import { Work, type Aftermath } from './work.ts'

interface Editing {
  of: JobAsk
  change: JobUpdate
  actor: Actor
}

/** Writes another scope or policy into a job that does not run; an approval that was asked for is void. */
export async function editJob({ store, now, settle }: Acting, { of, change, actor }: Editing): Promise<void> {
  const aftermaths = await store.transact(async (tx) => {
    const at = now()
    const before = ofOrg((await tx.jobs([of.jobId]))[0], of.orgId, 'Job')
    orRefuse(jobCan.edit(before))
    if (before.version !== change.version) throw new ProblemError(problems.stale())
    const after = edited(before, change)
    orRefuse(mayHave(after.type, after.firmware, after.scope))
    await tx.editJob(after)
    const matched = change.scope ? await matchAgain(tx, after, { actor, at }) : NOTHING
    orRefuse(canTarget(reached(before, change, matched), after.policy.list))
    const work = new Work(tx, at)
    await work.loadJobs([before.id])
    const job = work.jobs.get(before.id)
    if (!job) throw new Error(`The job ${before.id} is gone.`)
    job.counts = { ...job.counts, init: job.counts.init + matched.added }
    job.waveState = await cutAgain(tx, after)
    const data = { before: keptOfJob(before), after: keptOfJob(after) }
    if (job.state === 'awaitingApproval') work.moveJob(job, 'giveBack', { verb: 'edited', actor, at, data })
    else {
      job.version += 1
      work.touchJob(job)
      work.log(jobLine(job, { verb: 'edited', actor, at, data }))
    }
    return [...matched.aftermaths, await work.save()]
  })
  for (const aftermath of aftermaths) settle(aftermath)
}

/** Devices that the job is about after the edit: without a new scope those that wait stay. */
const reached = ({ counts }: JobRecord, { scope }: JobUpdate, { kept, added }: Matched): number =>
  totalOf(counts) - counts.init + (scope ? kept + added : counts.init)

const edited = (job: JobRecord, { scope, policy }: JobUpdate): JobRecord => ({
  ...job,
  ...(scope && { scope, versions: scope.versions }),
  // its own from now on
  ...(policy && { policy, policyId: null }),
})

interface Matched {
  /** Waiting tasks that still match. */
  kept: number
  added: number
  aftermaths: Aftermath[]
}
const NOTHING: Matched = { kept: 0, added: 0, aftermaths: [] }

/**
 * Waiting tasks that fall out of the scope are skipped, devices that came into it join, those that an earlier edit
 * left out come back; all others stay.
 */
async function matchAgain(tx: EngineTx, job: JobRecord, { actor, at }: { actor: Actor; at: number }): Promise<Matched> {
  const { kept, aftermaths } = await letFallOut(tx, job, { actor, at })
  let added = 0
  for await (const devices of asked(tx, job.productKey, job.scope)) {
    const matching = devices.filter((device) => leftOut(job.scope, device, job.firmware.version) === null)
    const tasks = await tx.tasks(
      job.id,
      matching.map(({ id }) => id),
    )
    const there = new Map(tasks.map((task) => [task.deviceId, task]))
    const work = new Work(tx, at)
    await work.loadJobs([job.id])
    for (const { id, reportedVersion } of matching) {
      const task = there.get(id)
      if (task) work.apply(task, { type: 'rejoin', at, sourceVersion: reportedVersion }, actor)
    }
    aftermaths.push(await work.save())
    const joining = matching.filter(({ id }) => !there.has(id))
    await tx.insertTasks(joining.map((device) => taskOf(job, device, { wave: 0, now: at })))
    added += joining.length
  }
  return { kept, added, aftermaths }
}

async function letFallOut(tx: EngineTx, job: JobRecord, { actor, at }: { actor: Actor; at: number }) {
  let kept = 0
  const aftermaths: Aftermath[] = []
  for (let after = '', more = true; more;) {
    const tasks = await tx.tasksAfter(job.id, { status: 'init' }, after, CHUNK)
    after = tasks.at(-1)?.deviceKey ?? after
    more = tasks.length === CHUNK
    const targets = await tx.targets(tasks.map(({ deviceId }) => deviceId))
    const taken = new Set((await takenOf(tx, job, targets)).map(({ id }) => id))
    const work = new Work(tx, at)
    await work.loadJobs([job.id])
    for (const task of tasks)
      if (!taken.has(task.deviceId)) work.apply(task, { type: 'skip', at, reason: 'noLongerMatches' }, actor)
    kept += taken.size
    aftermaths.push(await work.save())
    await breathe()
  }
  return { kept, aftermaths }
}

/** Cuts the waves anew, exact to the device, and counts what has ended in each of them. */
async function cutAgain(tx: EngineTx, job: JobRecord): Promise<WaveState> {
  let state = beginWaves(job.policy.waves)
  if (state.waves.length === 0) return state
  const cut = await cutOf(tx, job)
  for await (const ids of membersOf(tx, job.id, CHUNK)) {
    const moved: TaskRecord[] = []
    for (const task of await tx.tasks(job.id, ids)) {
      const wave = cut.waveOf(task.deviceId)
      if (wave !== task.wave) moved.push({ ...task, wave })
      state = placeInWave(state, wave, task.facts)
    }
    await tx.placeInWaves(moved)
  }
  return state
}
