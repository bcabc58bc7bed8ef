import { z } from 'zod'

import { Id } from './common.ts'
import { JobCounts, JobState, JobType } from './jobs.ts'

/** A job that uses a firmware, in short. */
export const FirmwareJob = z.object({
  id: Id,
  name: z.string(),
  type: JobType,
  state: JobState,
  /** Devices of the job by the state of their task. */
  counts: JobCounts,
})
export type FirmwareJob = z.infer<typeof FirmwareJob>

export const FirmwareStatistics = z.object({
  /** Devices that run this version now. */
  deviceCount: z.int(),
  /** Versions that devices of the product run, the most frequent first; null for those that never reported one. */
  versions: z.array(z.object({ version: z.string().nullable(), count: z.int() })),
  /** Its newest verification; null when there was none. */
  verification: FirmwareJob.nullable(),
  /** Its newest upgrade; null when there was none. */
  upgrade: FirmwareJob.nullable(),
})
export type FirmwareStatistics = z.infer<typeof FirmwareStatistics>

export const FirmwareDeletePreview = z.object({
  /** Why it cannot be deleted now; null when it can. */
  refusal: z.object({ code: z.string(), title: z.string() }).nullable(),
  /** Unfinished jobs that use it, newest first, at most 20 of them. */
  unfinished: z.array(FirmwareJob),
  unfinishedCount: z.int(),
  /** Jobs that are over; they keep their history. */
  finishedCount: z.int(),
  /** Devices that run this version now and keep it. */
  deviceCount: z.int(),
  /** Tasks of all its jobs, whose history stays. */
  tasks: JobCounts,
  /** What the file takes in storage, and gives back. */
  sizeBytes: z.int(),
})
export type FirmwareDeletePreview = z.infer<typeof FirmwareDeletePreview>
