import {
  jobWords,
  joinWords,
  taskWords,
  verificationWords,
  versionWords,
  type JobStepWords,
} from '#domain/log-lines.ts'
import { activatedWords } from '#domain/log-words.ts'

import { firmwareOf, jobById } from './find.ts'
import type { Entry } from './log.ts'
import type { DeviceRow, JobRow, LogRow, TaskRow } from './world.ts'

/** Who acts when the service does something by itself. */
export const SYSTEM: LogRow['actor'] = { id: '', name: 'system' }
export const deviceActor = ({ id, deviceKey }: DeviceRow): LogRow['actor'] => ({ id, name: deviceKey })

interface JobStep extends JobStepWords, Pick<Entry, 'actor' | 'before' | 'after'> {}

export const jobLine = ({ id, orgId, name }: JobRow, { actor, before, after, ...step }: JobStep): Entry => ({
  ...(before && { before }),
  ...(after && { after }),
  ...jobWords(name, step),
  orgId,
  actor,
  jobId: id,
})

export const taskLine = (task: TaskRow, before: TaskRow['status'], actor: LogRow['actor']): Entry => ({
  ...taskWords(task.deviceKey, task, before),
  orgId: jobById(task.jobId).orgId,
  actor,
  jobId: task.jobId,
  deviceId: task.deviceId,
})

export const joinLine = (job: JobRow, device: DeviceRow): Entry => ({
  ...joinWords(device.deviceKey, job.name),
  orgId: job.orgId,
  actor: SYSTEM,
  object: { kind: 'task', id: device.id },
  jobId: job.id,
  deviceId: device.id,
})

/** The mock's devices come with their own secret. */
export const activationLine = (device: DeviceRow): Entry => ({
  orgId: device.orgId,
  actor: deviceActor(device),
  action: 'device.activated',
  summary: activatedWords(device.deviceKey, false),
  deviceId: device.id,
  before: { activatedAt: null },
  after: { activatedAt: device.activatedAt },
})

export const versionLine = (device: DeviceRow, before: string | null): Entry => ({
  ...versionWords(device.deviceKey, before, device.currentVersion),
  orgId: device.orgId,
  actor: deviceActor(device),
  deviceId: device.id,
})

export function verificationLine(job: JobRow, from: string, to: string): Entry {
  const firmware = firmwareOf(job)
  const { id, orgId } = firmware
  const object = { kind: 'firmware', id }
  return { ...verificationWords(firmware, from, to), orgId, actor: SYSTEM, object, jobId: job.id }
}
