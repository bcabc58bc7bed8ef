import { JOB_WORDS, type JobVerb } from '#domain/log-words.ts'
import type { JobState } from '#contract/manage/jobs.ts'
import { reasonOf } from '#domain/reasons.ts'
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

/** A task went from one state to another, or was pushed again. Progress within a state is no line of the log. */
export function taskLine(task: TaskRecord, before: TaskFacts['status'], actor: Actor, at: number): LogLine {
  const { facts } = task
  const again = before === 'published' && facts.status === 'published'
  // the device's own words come with its next report again; the log says what began
  const why = reasonOf(facts.status === 'upgrading' ? { ...facts, progressText: '' } : facts)
  return {
    orgId: task.orgId,
    at,
    actor,
    object: { kind: 'task', id: task.deviceId },
    jobId: task.jobId,
    deviceId: task.deviceId,
    action: again ? 'task.pushedAgain' : `task.${facts.status}`,
    from: before,
    to: facts.status,
    why,
    summary: `${task.deviceKey}: ${why}`,
    data: { attempt: facts.attempt, ...(facts.failure && { failure: facts.failure, said: facts.failureText }) },
  }
}

export const joinLine = (job: JobCore, device: DeviceRecord, at: number): LogLine => ({
  orgId: job.orgId,
  at,
  actor: SYSTEM,
  object: { kind: 'task', id: device.id },
  jobId: job.id,
  deviceId: device.id,
  action: 'task.joined',
  to: 'init',
  summary: `${device.deviceKey} came to match the job “${job.name}” and joined it.`,
})

export const versionLine = (device: DeviceRecord, before: string | null, at: number): LogLine => ({
  orgId: device.orgId,
  at,
  actor: deviceActor(device),
  object: { kind: 'device', id: device.id },
  deviceId: device.id,
  action: 'device.reported',
  from: before,
  to: device.reportedVersion,
  summary:
    before === null
      ? `${device.deviceKey} reported its version ${device.reportedVersion}.`
      : `${device.deviceKey} reported version ${device.reportedVersion} after ${before}.`,
})

export interface JobStep {
  verb: JobVerb
  actor: Actor
  at: number
  from?: JobState | null
  to?: JobState | null
  why?: string
  data?: Record<string, unknown>
}

export const jobLine = (
  job: JobCore,
  { verb, actor, at, from = null, to = null, why, data = {} }: JobStep,
): LogLine => ({
  orgId: job.orgId,
  at,
  actor,
  object: { kind: 'job', id: job.id },
  jobId: job.id,
  action: `job.${verb}`,
  from,
  to,
  why: why ?? null,
  summary: `Job “${job.name}” ${JOB_WORDS[verb]}.`,
  data: { ...data, counts: job.counts },
})

export const verificationLine = (firmware: FirmwareRecord, to: string, jobId: string, at: number): LogLine => ({
  orgId: firmware.orgId,
  at,
  actor: SYSTEM,
  object: { kind: 'firmware', id: firmware.id },
  jobId,
  action: 'firmware.verification',
  from: firmware.verificationState,
  to,
  summary: `Verification of ${firmware.name} ${firmware.version}: ${VERIFICATION_WORDS[to] ?? to}.`,
})

const VERIFICATION_WORDS: Readonly<Record<string, string>> = {
  notRequired: 'not required',
  notVerified: 'not verified',
  verifying: 'verifying',
  verified: 'verified',
  verificationFailed: 'failed',
}
