import { z } from 'zod'

import { endpoint, Nothing } from '../endpoint.ts'
import { Actor, DeviceKey, Id, listOf, OrgParams, pageQuery, ProductKey, ReportedVersion, Time } from './common.ts'
import { Connection, LogEntry, Verdict } from './devices.ts'

export const JobType = z.enum(['verify', 'upgrade'])
export type JobType = z.infer<typeof JobType>
export const JobState = z.enum(['stopped', 'awaitingApproval', 'started', 'halted', 'completed'])
export type JobState = z.infer<typeof JobState>

export const TaskStatus = z.enum(['init', 'published', 'upgrading', 'succeeded', 'failed', 'skipped'])
export type TaskStatus = z.infer<typeof TaskStatus>

/** Why a task failed. The first five are the device's own codes -1..-5. */
export const FailureKind = z.enum([
  'undefined',
  'download',
  'verification',
  'writing',
  'refused',
  'noAnswer',
  'timedOut',
  'interrupted',
  'fellBack',
  'otherVersion',
  'pushNotTaken',
  'fileMissing',
])
export type FailureKind = z.infer<typeof FailureKind>

export const SkipReason = z.enum(['cancelled', 'noLongerMatches', 'deviceDeleted', 'superseded', 'jobEnded'])
export type SkipReason = z.infer<typeof SkipReason>

/** Which devices. Every part that is given narrows the scope. */
export const Scope = z.strictObject({
  /** Source versions; empty means any version but the target. */
  versions: z.array(ReportedVersion).max(100).default([]),
  /** Device keys, typed or pasted; empty means all devices of the product. */
  deviceKeys: z.array(DeviceKey).max(10_000).default([]),
})
export type Scope = z.infer<typeof Scope>

/** How. A job keeps its own copy. Ranges from the policy table of the domain. */
export const Policy = z.strictObject({
  method: z.enum(['push']).default('push'),
  list: z.enum(['snapshot']).default('snapshot'),
  /** Devices under way at once. */
  concurrency: z.int().min(1, 'At least 1').max(10_000, 'At most 10,000').default(300),
  timeoutSeconds: z.int().min(300, 'At least 300 seconds').max(172_800, 'At most 172,800 seconds').default(7_200),
  /** `restarted` asks that the new version comes in a session begun after the last progress. */
  proof: z.enum(['reported', 'restarted']).default('reported'),
})
export type Policy = z.infer<typeof Policy>

export const JobCounts = z.object({
  init: z.int(),
  published: z.int(),
  upgrading: z.int(),
  succeeded: z.int(),
  failed: z.int(),
  skipped: z.int(),
})
export type JobCounts = z.infer<typeof JobCounts>

export const Job = z.object({
  id: Id,
  type: JobType,
  name: z.string(),
  state: JobState,
  firmware: z.object({ id: Id, name: z.string(), version: z.string(), deleted: z.boolean() }),
  productKey: ProductKey,
  productName: z.string(),
  scope: Scope,
  policy: Policy,
  counts: JobCounts,
  createdBy: Actor,
  createdAt: Time,
  startedAt: Time.nullable(),
  endedAt: Time.nullable(),
  version: z.int(),
})
export type Job = z.infer<typeof Job>

export const JobCreate = z.strictObject({
  type: JobType,
  firmwareId: Id,
  name: z.string().trim().min(1, 'Give the job a name').max(64, 'At most 64 characters'),
  scope: Scope,
  policy: Policy.prefault({}),
  start: z.boolean().default(false),
})
export type JobCreate = z.infer<typeof JobCreate>

export const Excluded = z.enum(['atTarget', 'noVersion', 'otherVersion', 'disabled', 'unknownKey'])
export const Preview = z.object({
  matched: z.int(),
  /** Of the product's devices (or of the keys asked for), how many are left out and why. */
  excluded: z.array(z.object({ reason: Excluded, count: z.int() })),
  byVersion: z.array(z.object({ version: z.string(), count: z.int() })),
  byConnection: z.object({ online: z.int(), offline: z.int() }),
  /** Devices that another unfinished job also wants. */
  overlapping: z.int(),
  /** Sentences the operator should read before starting; empty when there is nothing to say. */
  warnings: z.array(z.string()),
})
export type Preview = z.infer<typeof Preview>

export const Task = z.object({
  deviceId: Id,
  deviceKey: DeviceKey,
  status: TaskStatus,
  /** Percent as last reported, 0..100; null before the first report of this attempt. */
  progress: z.int().nullable(),
  /** What the device said with it. */
  progressText: z.string(),
  /** Progress was 100: installed, waiting for the restart that proves it. */
  installed: z.boolean(),
  via: z.enum(['push', 'request']).nullable(),
  attempt: z.int(),
  sourceVersion: z.string().nullable(),
  currentVersion: z.string().nullable(),
  connection: Connection,
  failure: FailureKind.nullable(),
  skipReason: SkipReason.nullable(),
  proof: z.enum(['reported', 'restarted']).nullable(),
  alreadyThere: z.boolean(),
  late: z.boolean(),
  /** One plain sentence: what this status means for this device. */
  reason: z.string(),
  /** Why an `init` task waits; null for any other. */
  held: Verdict.nullable(),
  deadlineAt: Time.nullable(),
  updatedAt: Time,
})
export type Task = z.infer<typeof Task>

const JobParams = OrgParams.extend({ jobId: Id })
/** Which tasks an act is about: some devices, or all of a state. */
export const TaskSelection = z.union([
  z.strictObject({ deviceIds: z.array(Id).min(1).max(1_000) }),
  z.strictObject({ all: z.literal(true), status: TaskStatus }),
])
export type TaskSelection = z.infer<typeof TaskSelection>
const Affected = z.object({ affected: z.int() })

const act = <const P extends string, const A extends 'job.write' | 'job.stop'>(verb: P, action: A, summary: string) =>
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
  preview: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/jobs/preview',
    kind: 'json',
    action: 'org.read',
    summary: 'Which devices a job would take, and why others are left out; saves nothing.',
    status: 200,
    params: OrgParams,
    body: z.strictObject({ type: JobType, firmwareId: Id, scope: Scope }),
    reply: Preview,
  }),
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
    summary: 'One job with its counts.',
    status: 200,
    params: JobParams,
    reply: Job,
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
  tasks: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/jobs/:jobId/tasks',
    kind: 'json',
    action: 'org.read',
    summary: 'Tasks by device key; `q` is a prefix of it.',
    status: 200,
    params: JobParams,
    query: pageQuery(['deviceKey']).extend({ status: TaskStatus.optional() }),
    reply: listOf(Task),
  }),
  cancel: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/jobs/:jobId/tasks/cancel',
    kind: 'json',
    action: 'job.write',
    summary: 'Cancel waiting or pushed tasks.',
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
    summary: 'Send failed tasks, or tasks a person cancelled, round again.',
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
