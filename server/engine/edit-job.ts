import type { JobUpdate } from '#contract/manage/jobs.ts'
import { problems } from '#contract/problems.ts'
import { canTarget } from '#domain/can.ts'
import { jobCan, totalOf } from '#domain/job.ts'
import { recountWaves } from '#domain/wave-progress.ts'
import { cutWaves } from '#domain/waves.ts'
import { ProblemError, type Actor } from '#server/ports.ts'
import type { EngineTx, JobAsk, JobRecord, TaskRecord } from '#server/ports-engine.ts'

import { matching, scopeInShort, taskOf } from './create-job.ts'
import type { Acting } from './job-acts.ts'
import { jobLine } from './log-lines.ts'
import { mayHave } from './preview.ts'
import { ofOrg, orRefuse } from './refuse.ts'
import { breathe, CHUNK } from './scope.ts'
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
    await tx.insertTasks(matched.added)
    const work = new Work(tx, at)
    await work.loadJobs([before.id])
    const job = work.jobs.get(before.id)
    if (!job) throw new Error(`The job ${before.id} is gone.`)
    job.counts = { ...job.counts, init: job.counts.init + matched.added.length }
    job.waveState = await cutAgain(tx, after)
    const data = { before: inShort(before), after: inShort(after) }
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
  totalOf(counts) - counts.init + (scope ? kept + added.length : counts.init)

const edited = (job: JobRecord, { scope, policy }: JobUpdate): JobRecord => ({
  ...job,
  ...(scope && { scope, versions: scope.versions }),
  // its own from now on
  ...(policy && { policy, policyId: null }),
})

const inShort = ({ scope, policy }: JobRecord) => ({ scope: scopeInShort(scope), policy })

interface Matched {
  /** Waiting tasks that still match. */
  kept: number
  added: TaskRecord[]
  aftermaths: Aftermath[]
}
const NOTHING: Matched = { kept: 0, added: [], aftermaths: [] }

/** Waiting tasks that fall out of the scope are skipped, devices that came into it join; all others stay. */
async function matchAgain(tx: EngineTx, job: JobRecord, { actor, at }: { actor: Actor; at: number }): Promise<Matched> {
  const wanted = new Set<string>()
  const added: TaskRecord[] = []
  for await (const devices of matching(tx, job)) {
    const ids = devices.map(({ id }) => id)
    const there = new Set((await tx.tasks(job.id, ids)).map(({ deviceId }) => deviceId))
    for (const device of devices) {
      wanted.add(device.id)
      if (!there.has(device.id)) added.push(taskOf({ job, waves: new Map(), now: at }, device))
    }
  }
  let kept = 0
  const aftermaths: Aftermath[] = []
  for (let after = '', more = true; more;) {
    const tasks = await tx.tasksAfter(job.id, 'init', after, CHUNK)
    after = tasks.at(-1)?.deviceKey ?? after
    more = tasks.length === CHUNK
    const out = tasks.filter(({ deviceId }) => !wanted.has(deviceId))
    kept += tasks.length - out.length
    const work = new Work(tx, at)
    await work.loadJobs([job.id])
    for (const task of out) work.apply(task, { type: 'skip', at, reason: 'noLongerMatches' }, actor)
    aftermaths.push(await work.save())
    await breathe()
  }
  return { kept, added, aftermaths }
}

/** Cuts the waves anew, exact to the device, and counts what has ended in each of them. */
async function cutAgain(tx: EngineTx, job: JobRecord) {
  const tasks: TaskRecord[] = []
  if (job.policy.waves.length < 2) return recountWaves(job.policy.waves, tasks)
  for (const status of ['init', 'published', 'upgrading', 'succeeded', 'failed', 'skipped'] as const)
    for (let after = '', more = true; more;) {
      const chunk = await tx.tasksAfter(job.id, status, after, CHUNK)
      after = chunk.at(-1)?.deviceKey ?? after
      more = chunk.length === CHUNK
      tasks.push(...chunk)
      await breathe()
    }
  const waves = cutWaves(
    job.policy.waves,
    job.id,
    tasks.map(({ deviceId }) => deviceId),
  )
  const placed = tasks.map((task) => ({ ...task, wave: waves.get(task.deviceId) ?? 0 }))
  for (let from = 0; from < placed.length; from += CHUNK) await tx.placeInWaves(placed.slice(from, from + CHUNK))
  return recountWaves(job.policy.waves, placed)
}
