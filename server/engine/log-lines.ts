import {
  jobWords,
  joinWords,
  taskWords,
  verificationWords,
  versionWords,
  type JobStepWords,
} from '#domain/log-lines.ts'
import type { TaskFacts } from '#domain/task.ts'
import type { Actor } from '#server/ports.ts'
import type { DeviceRecord, FirmwareRecord, JobCore, LogLine, TaskRecord } from '#server/ports-engine.ts'

/** Who acts when the service does something by itself. */
export const SYSTEM: Actor = { kind: 'system', id: '', name: 'system', address: '' }

export const deviceActor = ({ id, deviceKey }: Pick<DeviceRecord, 'id' | 'deviceKey'>): Actor => ({
  kind: 'device',
  id,
  name: deviceKey,
  address: '',
})

export function taskLine(task: TaskRecord, before: TaskFacts['status'], actor: Actor, at: number): LogLine {
  const { facts, orgId, jobId, deviceId, deviceKey } = task
  return {
    ...taskWords(deviceKey, facts, before),
    orgId,
    at,
    actor,
    object: { kind: 'task', id: deviceId },
    jobId,
    deviceId,
    data: { attempt: facts.attempt, ...(facts.failure && { failure: facts.failure, said: facts.failureText }) },
  }
}

export const joinLine = (job: JobCore, device: DeviceRecord, at: number): LogLine => ({
  ...joinWords(device.deviceKey, job.name),
  orgId: job.orgId,
  at,
  actor: SYSTEM,
  object: { kind: 'task', id: device.id },
  jobId: job.id,
  deviceId: device.id,
})

export const versionLine = (device: DeviceRecord, before: string | null, at: number): LogLine => ({
  ...versionWords(device.deviceKey, before, device.reportedVersion),
  orgId: device.orgId,
  at,
  actor: deviceActor(device),
  object: { kind: 'device', id: device.id },
  deviceId: device.id,
})

export interface JobStep extends JobStepWords {
  actor: Actor
  at: number
  data?: Record<string, unknown>
}

export const jobLine = (job: JobCore, { actor, at, data = {}, ...step }: JobStep): LogLine => ({
  ...jobWords(job.name, step),
  orgId: job.orgId,
  at,
  actor,
  object: { kind: 'job', id: job.id },
  jobId: job.id,
  data: { ...data, counts: job.counts },
})

export const verificationLine = (firmware: FirmwareRecord, to: string, jobId: string, at: number): LogLine => ({
  ...verificationWords(firmware, firmware.verificationState, to),
  orgId: firmware.orgId,
  at,
  actor: SYSTEM,
  object: { kind: 'firmware', id: firmware.id },
  jobId,
})
