import type { z } from 'zod'

import type { DeviceUpdate, LogEntry, Verdict } from '#contract/manage/devices.ts'
import type { TaskStatus } from '#contract/manage/tasks.ts'
import type { Actor, Page, PageAsk } from '#server/ports.ts'

/*
 * What people do with a registered device and what its jobs have to hear of: it comes to match, or it is gone.
 */

/** A device as it is registered; what it reports stands elsewhere. */
export interface RegisteredDevice {
  id: string
  orgId: string
  productKey: string
  deviceKey: string
  name: string
  enabled: boolean
  tags: Readonly<Record<string, string>>
  attributes: Readonly<Record<string, string>>
  gatewayId: string | null
  version: number
}

export interface RegistryReads {
  registered(deviceId: string): Promise<RegisteredDevice | undefined>
  /** Whether the log knows the device of this organisation, also one that was deleted. */
  isRemembered(orgId: string, deviceId: string): Promise<boolean>
}

export interface RegistryWrites {
  /** Name, access, tags, attributes and version. */
  editDevice(device: RegisteredDevice): Promise<void>
  /** Takes the row out, and itself as the gateway of others. Tasks and log stay. */
  deleteDevice(device: RegisteredDevice): Promise<void>
}

export interface DeviceAsk {
  orgId: string
  deviceId: string
}

/** Each answers the device as it stood or stands. What is refused throws a ProblemError. */
export interface DeviceActs {
  /** It joins at once the open jobs that it comes to match. */
  update(of: DeviceAsk, change: z.output<typeof DeviceUpdate>, actor: Actor): Promise<RegisteredDevice>
  setEnabled(of: DeviceAsk, enabled: boolean, actor: Actor): Promise<RegisteredDevice>
  /** What waits for it is skipped; refused while an upgrade is under way. */
  delete(of: DeviceAsk, actor: Actor): Promise<RegisteredDevice>
}

/** Why the device is not being upgraded, for one job or each unfinished one. */
export interface WhyNot {
  jobId: string
  jobName: string
  status: TaskStatus
  verdict: z.infer<typeof Verdict>
}

export interface DeviceStories {
  /** `inJob`: only what happened in that job. */
  history(of: DeviceAsk & { inJob?: string | undefined }, ask: PageAsk): Promise<Page<z.infer<typeof LogEntry>>>
  why(of: DeviceAsk, jobId: string | undefined): Promise<WhyNot[]>
}
