import { JOB_WORDS, type JobVerb } from '#domain/log-words.ts'
import { reasonOf } from '#domain/reasons.ts'

import { deviceById, firmwareOf } from './find.ts'
import type { Entry } from './log.ts'
import type { DeviceRow, JobRow, LogRow, TaskRow } from './world.ts'

/** Who acts when the service does something by itself. */
export const SYSTEM: LogRow['actor'] = { id: '', name: 'system' }
export const deviceActor = ({ id, deviceKey }: DeviceRow): LogRow['actor'] => ({ id, name: deviceKey })

interface JobStep {
  verb: JobVerb
  actor: LogRow['actor']
  from?: string | null
  to?: string | null
  why?: string
}

export const jobLine = ({ id, orgId, name }: JobRow, { verb, actor, from = null, to = null, why }: JobStep): Entry => ({
  orgId,
  actor,
  action: `job.${verb}`,
  summary: `Job “${name}” ${JOB_WORDS[verb]}.`,
  from,
  to,
  why: why ?? null,
  jobId: id,
})

/** A task went from one state to another, or was pushed again. */
export function taskLine(task: TaskRow, before: TaskRow['status'], actor: LogRow['actor']): Entry {
  const again = before === 'published' && task.status === 'published'
  const why = reasonOf(task.status === 'upgrading' ? { ...task, progressText: '' } : task)
  return {
    orgId: deviceById(task.deviceId).orgId,
    actor,
    action: again ? 'task.pushedAgain' : `task.${task.status}`,
    summary: `${task.deviceKey}: ${why}`,
    from: before,
    to: task.status,
    why,
    jobId: task.jobId,
    deviceId: task.deviceId,
  }
}

export const joinLine = (job: JobRow, device: DeviceRow): Entry => ({
  orgId: job.orgId,
  actor: SYSTEM,
  object: { kind: 'task', id: device.id },
  action: 'task.joined',
  summary: `${device.deviceKey} came to match the job “${job.name}” and joined it.`,
  from: null,
  to: 'init',
  jobId: job.id,
  deviceId: device.id,
})

export const versionLine = (device: DeviceRow, before: string | null): Entry => ({
  orgId: device.orgId,
  actor: deviceActor(device),
  action: 'device.reported',
  summary:
    before === null
      ? `${device.deviceKey} reported its version ${device.currentVersion}.`
      : `${device.deviceKey} reported version ${device.currentVersion} after ${before}.`,
  from: before,
  to: device.currentVersion,
  deviceId: device.id,
})

const VERIFICATION_WORDS: Readonly<Record<string, string>> = {
  notRequired: 'not required',
  notVerified: 'not verified',
  verifying: 'verifying',
  verified: 'verified',
  verificationFailed: 'failed',
}

export function verificationLine(job: JobRow, from: string, to: string): Entry {
  const { id, orgId, name, version } = firmwareOf(job)
  const summary = `Verification of ${name} ${version}: ${VERIFICATION_WORDS[to] ?? to}.`
  const object = { kind: 'firmware', id }
  return { orgId, actor: SYSTEM, object, action: 'firmware.verification', summary, from, to, jobId: job.id }
}
