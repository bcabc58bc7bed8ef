import { z } from 'zod'

import { DeviceKey, Id, Time } from './common.ts'
import { Connection, Verdict } from './devices.ts'
import { FailureKind } from './failure.ts'

export const TaskStatus = z.enum(['init', 'published', 'upgrading', 'succeeded', 'failed', 'skipped'])
export type TaskStatus = z.infer<typeof TaskStatus>

export const SkipReason = z.enum(['cancelled', 'noLongerMatches', 'deviceDeleted', 'superseded', 'jobEnded'])
export type SkipReason = z.infer<typeof SkipReason>
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

/** Which tasks an act is about: some devices, or all of a state; of those that failed, also of one kind. */
export const TaskSelection = z.union([
  z.strictObject({ deviceIds: z.array(Id).min(1).max(1_000) }),
  z
    .strictObject({ all: z.literal(true), status: TaskStatus, failure: FailureKind.optional() })
    .refine(({ status, failure }) => failure === undefined || status === 'failed', {
      path: ['failure'],
      message: 'Only devices that failed have a kind of failure: ask for the status failed',
    }),
])
export type TaskSelection = z.infer<typeof TaskSelection>
