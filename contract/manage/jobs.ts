import { z } from 'zod'

import { endpoint, Nothing } from '../endpoint.ts'
import { Actor, Id, listOf, OrgParams, pageQuery, ProductKey, Time, ONE_LINE, PARAGRAPHS } from './common.ts'
import { LogEntry } from './devices.ts'
import { FailureKind } from './failure.ts'
import { Policy } from './policies.ts'
import { previews } from './previews.ts'
import { JobType, Scope, ScopeInShort } from './scope.ts'
import { Task, TaskSelection, TaskStatus } from './tasks.ts'

export * from './previews.ts'
export * from './scope.ts'
export * from './tasks.ts'

export const JobState = z.enum(['stopped', 'awaitingApproval', 'started', 'halted', 'completed'])
export type JobState = z.infer<typeof JobState>

/** A job of many devices takes a while to be made, edited and deleted; until then nothing can be done to it. */
export const JobPhase = z.enum(['making', 'ready', 'editing', 'deleting'])
export type JobPhase = z.infer<typeof JobPhase>

export const JobCounts = z.object({
  init: z.int(),
  published: z.int(),
  upgrading: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  skipped: z.int(),
})
export type JobCounts = z.infer<typeof JobCounts>

export const WaveProgress = z.object({
  size: z.int(),
  final: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  state: z.enum(['waiting', 'open', 'done']),
  /** What the gate to the next wave waits for; null when it is open or there is none. */
  waitsFor: z.string().nullable(),
  opensAt: Time.nullable(),
})
export type WaveProgress = z.infer<typeof WaveProgress>

export const Job = z.object({
  id: Id,
  type: JobType,
  name: z.string(),
  state: JobState,
  phase: JobPhase,
  firmware: z.object({ id: Id, name: z.string(), version: z.string(), deleted: z.boolean() }),
  productKey: ProductKey,
  productName: z.string(),
  scope: ScopeInShort,
  /** How many devices the scope names by their keys; the keys stand where one job is asked for. */
  keyCount: z.int(),
  policy: Policy,
  /** The policy it was copied from, if any. */
  policyId: Id.nullable(),
  counts: JobCounts,
  /** When it starts, it will take over what older jobs still wait to push to its devices; false from then on. */
  supersede: z.boolean(),
  /** The waves as they stand; one when the policy asks for none. */
  waves: z.array(WaveProgress),
  /** What halted it, while it is halted. */
  haltReason: z.string().nullable(),
  /** What the halt rule has seen since the job was started or resumed; null without one. */
  haltSample: z.object({ rated: z.int(), failed: z.int() }).nullable(),
  /** Who asked for approval, while it waits. */
  approvalAskedBy: Actor.nullable(),
  createdBy: Actor,
  createdAt: Time,
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  version: z.int(),
})
export type Job = z.infer<typeof Job>

/** One job with the keys that its scope names. */
export const JobDetail = Job.extend({ scope: Scope })
export type JobDetail = z.infer<typeof JobDetail>

export const JobCreate = z
  .strictObject({
    type: JobType,
    firmwareId: Id,
    name: z
      .string()
      .trim()
      .min(1, 'Give the job a name')
      .max(64, 'At most 64 characters')
      .regex(...ONE_LINE),
    scope: Scope,
    /** A policy of the organisation, copied as it is now; or the policy itself. */
    policyId: Id.optional(),
    policy: Policy.optional(),
    /** When it starts, take over devices that older unfinished jobs still wait to push: those tasks become skipped. */
    supersede: z.boolean().default(false),
    start: z.boolean().default(false),
  })
  .refine(({ policyId, policy }) => policyId === undefined || policy === undefined, {
    path: ['policy'],
    message: 'Choose a policy or write one, not both',
  })
export type JobCreate = z.infer<typeof JobCreate>

export const JobUpdate = z.strictObject({
  scope: Scope.optional(),
  policy: Policy.optional(),
  version: z.int(),
})
export type JobUpdate = z.infer<typeof JobUpdate>

const JobParams = OrgParams.extend({ jobId: Id })
const Affected = z.object({ affected: z.int() })

const act = <const P extends string, const A extends 'job.write' | 'job.stop' | 'job.approve'>(
  verb: P,
  action: A,
  summary: string,
) =>
  endpoint({
    method: 'POST',
    path: `/api/orgs/:org/jobs/:jobId/${verb}`,
    kind: 'json',
    action,
    summary,
    status: 200,
    params: JobParams,
    reply: Job,
  })

export const jobs = {
  ...previews,
  list: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/jobs',
    kind: 'json',
    action: 'org.read',
    summary: 'Jobs, newest first; `q` is a prefix of the job name.',
    status: 200,
    params: OrgParams,
    query: pageQuery(['createdAt', 'name']).extend({
      type: JobType.optional(),
      state: JobState.optional(),
      product: ProductKey.optional(),
      firmware: Id.optional(),
      /** Jobs that took this policy. */
      policy: Id.optional(),
    }),
    reply: listOf(Job),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/jobs',
    kind: 'json',
    action: 'job.write',
    summary: 'Create a verification or upgrade job, and start it when asked.',
    status: 201,
    params: OrgParams,
    body: JobCreate,
    reply: Job,
  }),
  view: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/jobs/:jobId',
    kind: 'json',
    action: 'org.read',
    summary: 'One job with its counts and its whole scope.',
    status: 200,
    params: JobParams,
    reply: JobDetail,
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/api/orgs/:org/jobs/:jobId',
    kind: 'json',
    action: 'job.write',
    summary: 'Delete a stopped or completed job; its log stays.',
    status: 204,
    params: JobParams,
    reply: Nothing,
  }),
  start: act('start', 'job.write', 'Start the job: devices are dispatched as its gates allow.'),
  stop: act('stop', 'job.stop', 'Stop dispatching; tasks under way go on.'),
  end: act('end', 'job.write', 'End the job; devices that still wait are skipped.'),
  approve: act('approve', 'job.approve', 'Approve the start that another person asked for.'),
  reject: act('reject', 'job.approve', 'Reject the start that another person asked for.'),
  withdraw: act('withdraw', 'job.write', 'Take the request for approval back.'),
  advance: act('advance', 'job.write', 'Open the next wave, where its gate asks for a person.'),
  resume: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/jobs/:jobId/resume',
    kind: 'json',
    action: 'job.write',
    summary: 'Go on after the halt rule; its sample begins anew.',
    status: 200,
    params: JobParams,
    body: z.strictObject({
      reason: z
        .string()
        .trim()
        .min(1, 'Say why it may go on')
        .max(512)
        .regex(...PARAGRAPHS),
    }),
    reply: Job,
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/api/orgs/:org/jobs/:jobId',
    kind: 'json',
    action: 'job.write',
    summary: 'Edit scope and policy of a stopped job; a new scope is matched again.',
    status: 200,
    params: JobParams,
    body: JobUpdate,
    reply: Job,
  }),
  failures: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/jobs/:jobId/failures',
    kind: 'json',
    action: 'org.read',
    summary: 'Failed tasks by kind.',
    status: 200,
    params: JobParams,
    reply: z.object({ items: z.array(z.object({ kind: FailureKind, count: z.int() })) }),
  }),
  progress: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/jobs/:jobId/progress',
    kind: 'json',
    action: 'org.read',
    summary: 'How many devices were in each state over time, in at most 200 points; the last one is now or the end.',
    status: 200,
    params: JobParams,
    reply: z.object({ points: z.array(z.object({ at: Time, counts: JobCounts })) }),
  }),
  tasksCsv: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/jobs/:jobId/tasks.csv',
    kind: 'csv',
    action: 'org.read',
    summary: 'All tasks as CSV.',
    status: 200,
    params: JobParams,
    reply: Nothing,
  }),
  tasks: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/jobs/:jobId/tasks',
    kind: 'json',
    action: 'org.read',
    summary: 'Tasks by device key; `q` is a prefix of it, `failure` finds those that failed in this way.',
    status: 200,
    params: JobParams,
    query: pageQuery(['deviceKey']).extend({ status: TaskStatus.optional(), failure: FailureKind.optional() }),
    reply: listOf(Task),
  }),
  cancel: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/jobs/:jobId/tasks/cancel',
    kind: 'json',
    action: 'job.write',
    summary: 'Cancel waiting or pushed tasks; all of a state that no device is in are none.',
    status: 200,
    params: JobParams,
    body: TaskSelection,
    reply: Affected,
  }),
  retry: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/jobs/:jobId/tasks/retry',
    kind: 'json',
    action: 'job.write',
    summary: 'Send failed tasks, or tasks a person cancelled, round again; `failure` takes only those of one kind.',
    status: 200,
    params: JobParams,
    body: TaskSelection,
    reply: Affected,
  }),
  timeline: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/jobs/:jobId/timeline',
    kind: 'json',
    action: 'org.read',
    summary: 'What happened to the job itself, newest first; its devices have histories of their own.',
    status: 200,
    params: JobParams,
    query: pageQuery(['at']),
    reply: listOf(LogEntry),
  }),
}
