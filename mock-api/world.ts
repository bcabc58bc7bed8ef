import type { ActivityEntry } from '#contract/manage/activity.ts'
import type { DeviceList } from '#contract/manage/device-lists.ts'
import type { Device } from '#contract/manage/devices.ts'
import type { Firmware, VerificationState } from '#contract/manage/firmware.ts'
import type { JobDetail } from '#contract/manage/jobs.ts'
import type { Org } from '#contract/manage/orgs.ts'
import type { SavedPolicy } from '#contract/manage/policies.ts'
import type { previews } from '#contract/manage/previews.ts'
import type { Product } from '#contract/manage/products.ts'
import type { OrgRole, PlatformRole } from '#contract/rights.ts'
import type { HaltState } from '#domain/halt.ts'
import type { PaceState } from '#domain/pace.ts'
import type { ProgressPoint } from '#domain/progress-curve.ts'
import type { SessionFacts, TaskFacts } from '#domain/task-facts.ts'
import type { WaveState } from '#domain/wave-progress.ts'
import type { z } from 'zod'

import type { Act } from './engine/behaviour.ts'

export interface UserRow {
  id: string
  email: string
  name: string
  password: string
  platformRoles: PlatformRole[]
}

export interface MemberRow {
  orgId: string
  userId: string
  roles: OrgRole[]
}

/** Deleted ones keep their key from others, and their name for their jobs. */
export type ProductRow = Omit<Product, 'deviceCount'> & { orgId: string; deleted: boolean }

/** A session is what makes a device online. */
export type DeviceRow = Omit<Device, 'connection'> & { orgId: string; session: SessionFacts | null }

export type FirmwareRow = Omit<Firmware, 'productName' | 'verificationState' | 'deviceCount' | 'jobCount'> & {
  orgId: string
  deleted: boolean
  /** What a verification had shown when its job was deleted, and the jobs up to that one, which count no more. */
  verdict?: { state: VerificationState; settled: readonly string[] }
}

export interface UploadRow {
  id: string
  orgId: string
  fileName: string
  sizeBytes: number
  /** What has arrived, in order. */
  chunks: Uint8Array[]
  /** Times the connection was cut, for the sentinel that does so once. */
  cuts: number
}

export type PolicyRow = Omit<SavedPolicy, 'warnings' | 'jobCount'> & { orgId: string }

export type DeviceListRow = Omit<DeviceList, 'productName' | 'keyCount'> & { orgId: string; keys: string[] }

/** The one preview of a person that is counted beside their requests. */
export interface PreviewRow {
  handle: string
  orgId: string
  order: z.output<typeof previews.preview.body>
  devices: number
  /** How many times it was asked for. */
  asks: number
}

export type JobRow = Omit<
  JobDetail,
  'firmware' | 'productName' | 'counts' | 'waves' | 'haltSample' | 'phase' | 'keyCount'
> & {
  orgId: string
  firmwareId: string
  halt: HaltState
  pace: PaceState
  waveState: WaveState
}

export type TaskRow = TaskFacts & {
  jobId: string
  deviceId: string
  deviceKey: string
  updatedAt: number
  /** Round of the job's halt sample in which its result was counted; null while it has none. */
  ratedIn: number | null
  /** Number of its wave, from 0. */
  wave: number
}

/** A job's counters at the end of a slot of time, epoch milliseconds. */
export type ProgressRow = ProgressPoint & { jobId: string }

export type LogRow = ActivityEntry & { orgId: string }

/** What a simulated device will do, and in which attempt: an act of an attempt that is over is dropped. */
export interface Appointment {
  at: number
  jobId: string
  deviceId: string
  attempt: number
  act: Act
}

export interface World {
  users: UserRow[]
  orgs: Org[]
  members: MemberRow[]
  products: ProductRow[]
  devices: DeviceRow[]
  firmware: FirmwareRow[]
  /** What makes the bytes, by firmware id; absent once deleted. */
  files: Map<string, () => Uint8Array>
  uploads: UploadRow[]
  policies: PolicyRow[]
  deviceLists: DeviceListRow[]
  /** By the person's id. */
  previews: Map<string, PreviewRow>
  jobs: JobRow[]
  tasks: TaskRow[]
  progress: ProgressRow[]
  agenda: Appointment[]
  log: LogRow[]
  /** When it was as the seed says, epoch milliseconds. */
  begunAt: number
  /** Sentinels that have been typed and act only once. */
  obeyed: Set<string>
}
