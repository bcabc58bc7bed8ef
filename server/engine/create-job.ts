import type { JobCreate, Scope } from '#contract/manage/jobs.ts'
import type { Policy } from '#contract/manage/policies.ts'
import { problems } from '#contract/problems.ts'
import { canTarget } from '#domain/can.ts'
import { beginSample } from '#domain/halt.ts'
import { jobCan } from '#domain/job.ts'
import { NO_PACE } from '#domain/pace.ts'
import { newTask } from '#domain/task.ts'
import { beginWaves, ONE_WAVE } from '#domain/wave-progress.ts'
import { cutWaves } from '#domain/waves.ts'
import { PLAIN_POLICY } from '#domain/plain-policy.ts'
import { ProblemError, type Actor } from '#server/ports.ts'
import type { DeviceRecord, EngineStore, EngineTx, JobRecord, TaskRecord } from '#server/ports-engine.ts'

import { begin } from './job-acts.ts'
import { jobLine } from './log-lines.ts'
import { mayHave } from './preview.ts'
import { ofOrg, orRefuse } from './refuse.ts'
import { asked, leftOut } from './scope.ts'
import { Work, type Aftermath } from './work.ts'

interface Creating {
  orgId: string
  create: JobCreate
  actor: Actor
  now: number
}

/** Creates a job with a task for every device of its scope, in one transaction; starts it when asked. */
export const createJob = (store: EngineStore, creating: Creating): Promise<{ jobId: string; aftermath: Aftermath }> =>
  store.transact(async (tx) => {
    const { actor, create, now } = creating
    const job = await newJob(tx, store.newId(now), creating)
    orRefuse(mayHave(create.type, job.firmware, create.scope))
    // deleted firmware makes no job; an unverified one only has to be verified when the upgrade starts
    if (create.start || job.firmware.deleted) orRefuse(jobCan.start(job))
    await tx.insertJob(job)
    const waves = await cutInto(tx, job)
    job.counts.init = await insertTasks(tx, { job, waves, now })
    orRefuse(canTarget(job.counts.init, job.policy.list))
    const work = new Work(tx, now)
    await work.loadJobs([job.id])
    const stored = work.jobs.get(job.id)
    if (!stored) throw new Error(`The job ${job.id} was not stored.`)
    stored.counts = job.counts
    stored.waveState = beginWaves(job.policy.waves, waves.values())
    work.touchJob(stored)
    work.log(
      jobLine(stored, {
        verb: 'created',
        actor,
        at: now,
        to: 'stopped',
        data: { scope: scopeInShort(create.scope), policy: stored.policy, policyId: stored.policyId },
      }),
    )
    if (create.start) begin(work, stored, actor)
    if (create.supersede) await takeOver(work, job, actor)
    return { jobId: job.id, aftermath: await work.save() }
  })

async function newJob(tx: EngineTx, id: string, { orgId, create, actor, now }: Creating): Promise<JobRecord> {
  const firmware = ofOrg(await tx.firmware(create.firmwareId), orgId, 'Firmware')
  return {
    id,
    orgId,
    type: create.type,
    name: create.name,
    scope: create.scope,
    policy: await policyOf(tx, orgId, create),
    policyId: create.policyId ?? null,
    state: 'stopped',
    counts: { init: 0, published: 0, upgrading: 0, succeeded: 0, failed: 0, skipped: 0 },
    offered: 0,
    versions: create.scope.versions,
    halt: beginSample(0),
    haltReason: null,
    pace: NO_PACE,
    waveState: ONE_WAVE,
    approvalAskedBy: null,
    productKey: firmware.productKey,
    productName: '',
    firmware,
    createdBy: { id: actor.id, name: actor.name },
    createdAt: now,
    startedAt: null,
    endedAt: null,
    version: 1,
  }
}

/** The policy that is named, as it is now; or the one that is given; or the defaults. */
async function policyOf(tx: EngineTx, orgId: string, { policyId, policy }: JobCreate): Promise<Policy> {
  if (policyId === undefined) return policy ?? PLAIN_POLICY
  const found = await tx.policy(orgId, policyId)
  if (!found) throw new ProblemError(problems.notFound('Policy'))
  return found
}

/** The devices of the scope, in chunks. */
export async function* matching(
  tx: EngineTx,
  { productKey, scope, firmware }: JobRecord,
): AsyncGenerator<DeviceRecord[]> {
  for await (const devices of asked(tx, productKey, scope))
    yield devices.filter((device) => leftOut(scope, device, firmware.version) === null)
}

/** What the devices of the job still wait for elsewhere is skipped: this job has them now. */
async function takeOver(work: Work, job: JobRecord, actor: Actor): Promise<void> {
  for await (const devices of matching(work.tx, job)) {
    const tasks = await work.tx.waitingElsewhere(
      devices.map(({ id }) => id),
      job.id,
    )
    await work.loadJobs(tasks.map(({ jobId }) => jobId))
    for (const task of tasks) work.apply(task, { type: 'skip', at: work.now, reason: 'superseded' }, actor)
  }
}

/** The wave of each device; empty where the policy has only one. All have to be known before the first can be placed. */
async function cutInto(tx: EngineTx, job: JobRecord): Promise<Map<string, number>> {
  if (job.policy.waves.length < 2) return new Map()
  const ids: string[] = []
  for await (const devices of matching(tx, job)) ids.push(...devices.map(({ id }) => id))
  return cutWaves(job.policy.waves, job.id, ids)
}

interface Inserting {
  job: JobRecord
  waves: ReadonlyMap<string, number>
  now: number
}

/** Writes the snapshot of the scope and says how many devices are in it. */
async function insertTasks(tx: EngineTx, inserting: Inserting): Promise<number> {
  let count = 0
  for await (const devices of matching(tx, inserting.job)) {
    await tx.insertTasks(devices.map((device) => taskOf(inserting, device)))
    count += devices.length
  }
  return count
}

export const taskOf = ({ job, waves, now }: Inserting, device: DeviceRecord): TaskRecord => ({
  jobId: job.id,
  deviceId: device.id,
  orgId: job.orgId,
  deviceKey: device.deviceKey,
  commandId: null,
  wave: waves.get(device.id) ?? 0,
  ratedIn: null,
  updatedAt: now,
  facts: newTask(device.reportedVersion),
})

/** The log says how many devices were named, not their ten thousand keys. */
export const scopeInShort = (scope: Scope) => ({ versions: scope.versions, deviceKeys: scope.deviceKeys.length })
