import type { JobCreate } from '#contract/manage/jobs.ts'
import type { Policy } from '#contract/manage/policies.ts'
import { problems } from '#contract/problems.ts'
import { canTarget } from '#domain/can.ts'
import { keptOfJob } from '#domain/changes.ts'
import { beginSample } from '#domain/halt.ts'
import { jobCan, totalOf } from '#domain/job.ts'
import { NO_PACE } from '#domain/pace.ts'
import { beginWaves } from '#domain/wave-progress.ts'
import { PLAIN_POLICY } from '#domain/plain-policy.ts'
import { policyOfType } from '#domain/verification.ts'
import { ProblemError, type Actor } from '#server/ports.ts'
import type { EngineReads, JobCore, JobRecord } from '#server/ports-engine.ts'

import { begin, type Acting } from './job-acts.ts'
import { jobLine } from './log-lines.ts'
import { coreOf, cutIntoWaves, takeAway, takeIn } from './make-job.ts'
import { mayHave } from './preview.ts'
import { ofOrg, orRefuse } from './refuse.ts'
import { CHUNK, listOf, matchesAny } from './scope.ts'
import { Work } from './work.ts'

interface Creating {
  orgId: string
  create: JobCreate
  actor: Actor
}

/**
 * Creates a job with a task for every device of its scope, and starts it when asked. It is made in many short
 * transactions and nothing can be done to it before it is whole; what is interrupted is taken away again, by the next
 * start if need be. @returns its id
 */
export async function createJob(acting: Acting, creating: Creating): Promise<string> {
  const { store, now, settle } = acting
  const { actor, create } = creating
  const id = store.newId(now())
  const draft = await draftOf(store.read, id, creating, now())
  // a job that reaches nobody never appears
  orRefuse(canTarget(Number(await matchesAny(store.read, draft)), draft.policy.list))
  const job = await store.transact(async (tx) => {
    const entered = await draftOf(tx, id, creating, now())
    await tx.insertJob(entered)
    return entered
  })
  try {
    let tasks = 0
    for await (const written of takeIn(acting, job, actor)) tasks += written
    await cutIntoWaves(acting, job)
    if (tasks > CHUNK) await store.recountTasks()
    settle(await store.transact((tx) => complete(new Work(tx, now()), job, create, actor)))
  } catch (error) {
    await takeAway(store, job.id)
    throw error
  }
  return job.id
}

/** The job's row, without any device; everything that can be refused at once is refused here. */
async function draftOf(read: EngineReads, id: string, creating: Creating, now: number): Promise<JobRecord> {
  const { create } = creating
  const job = await newJob(read, id, creating, now)
  orRefuse(mayHave(create.type, job.firmware, create.scope))
  // deleted firmware makes no job; an unverified one only has to be verified when the upgrade starts
  if (create.start || job.firmware.deleted) orRefuse(jobCan.start({ ...job, phase: 'ready' }))
  if (create.scope.deviceListId !== null) await listOf(read, job.productKey, create.scope.deviceListId)
  return job
}

/** From this commit on it is there for everyone. */
async function complete(work: Work, { id, scope }: JobRecord, create: JobCreate, actor: Actor) {
  const job = await coreOf(work, id)
  orRefuse(canTarget(totalOf(job.counts), job.policy.list))
  job.phase = 'ready'
  work.touchJob(job)
  const data = { after: keptOfJob({ scope, policy: job.policy }), policyId: job.policyId }
  work.log(jobLine(job, { verb: 'created', actor, at: work.now, to: 'stopped', data }))
  if (create.start) startIfUntouched(work, job, actor)
  return work.save()
}

/** Not when all jobs were stopped in an emergency while it was made, nor when its firmware may not be used any more. */
function startIfUntouched(work: Work, job: JobCore, actor: Actor): void {
  if (job.version === 1 && jobCan.start(job) === true) begin(work, job, actor)
}

async function newJob(
  read: EngineReads,
  id: string,
  { orgId, create, actor }: Creating,
  now: number,
): Promise<JobRecord> {
  const firmware = ofOrg(await read.firmware(create.firmwareId), orgId, 'Firmware')
  const policy = policyOfType(create.type, await policyOf(read, orgId, create))
  return {
    id,
    orgId,
    type: create.type,
    name: create.name,
    scope: create.scope,
    asked: create.scope,
    keyCount: create.scope.deviceKeys.length,
    policy,
    policyId: create.policyId ?? null,
    state: 'stopped',
    phase: 'making',
    editing: null,
    supersede: create.supersede,
    counts: { init: 0, published: 0, upgrading: 0, succeeded: 0, failed: 0, skipped: 0 },
    offered: 0,
    versions: create.scope.versions,
    halt: beginSample(0),
    haltReason: null,
    pace: NO_PACE,
    waveState: beginWaves(policy.waves),
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
async function policyOf(read: EngineReads, orgId: string, { policyId, policy }: JobCreate): Promise<Policy> {
  if (policyId === undefined) return policy ?? PLAIN_POLICY
  const found = await read.policy(orgId, policyId)
  if (!found) throw new ProblemError(problems.notFound('Policy'))
  return found
}
