import type { Device } from '#contract/manage/devices.ts'
import type { Firmware, VerificationState } from '#contract/manage/firmware.ts'
import type { Job, JobDetail, Task } from '#contract/manage/jobs.ts'
import type { Product } from '#contract/manage/products.ts'
import { haltStanding } from '#domain/halt.ts'
import { isFinal } from '#domain/task.ts'
import { reasonOf } from '#domain/reasons.ts'
import { progressOf } from '#domain/wave-progress.ts'
import { verificationState } from '#domain/verification.ts'

import { clock, iso, isoOrNull } from './clock.ts'
import { db } from './db.ts'
import { countsOf, deviceWithId, firmwareOf, jobById, mustHave, tasksOf } from './find.ts'
import { verdictOf } from './verdict.ts'
import type { DeviceRow, FirmwareRow, JobRow, ProductRow, TaskRow } from './world.ts'

/** Rows as the API shows them. What a row must not show (its organisation, its session) is left out by name. */
export function productView({ orgId: _, deleted: __, ...row }: ProductRow): Product {
  return { ...row, deviceCount: db.devices.filter(({ productKey }) => productKey === row.productKey).length }
}

export function deviceView({ orgId: _, session, ...row }: DeviceRow): Device {
  return { ...row, connection: session ? 'online' : 'offline' }
}

const nameOfProduct = (key: string): string =>
  mustHave(
    db.products.find(({ productKey }) => productKey === key),
    `product ${key}`,
  ).name

/** What a verification job has shown; a completed one has nothing open any more. */
function evidenceOf({ id, state }: JobRow) {
  const tasks = tasksOf(id)
  return {
    successes: tasks.filter(({ status, alreadyThere }) => status === 'succeeded' && !alreadyThere).length,
    open: state === 'completed' ? 0 : tasks.filter((task) => !isFinal(task)).length,
  }
}

/** Every verification job that was ever started, oldest first: each stands until the next is decided. */
export const stateOfFirmware = ({ id, verification, verdict }: FirmwareRow): VerificationState =>
  db.jobs
    .filter((job) => job.firmwareId === id && job.type === 'verify' && job.startedAt !== null)
    .filter((job) => verdict?.settled.includes(job.id) !== true)
    .toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1))
    .reduce(
      (before, job) => verificationState(verification, evidenceOf(job), before),
      verdict?.state ?? verificationState(verification, null, 'notVerified'),
    )

export function firmwareView(row: FirmwareRow): Firmware {
  const { orgId: _, deleted: __, verdict: ___, ...shown } = row
  const { id, productKey, version } = row
  return {
    ...shown,
    productName: nameOfProduct(productKey),
    verificationState: stateOfFirmware(row),
    deviceCount: db.devices.filter((device) => device.productKey === productKey && device.currentVersion === version)
      .length,
    jobCount: db.jobs.filter((job) => job.firmwareId === id).length,
  }
}

export const jobDetail = (job: JobRow): JobDetail => ({ ...jobView(job), scope: job.scope })

export function jobView(job: JobRow): Job {
  const { orgId: _, firmwareId: __, halt: ___, pace: ____, waveState: _____, ...shown } = job
  const { id, name, version, deleted } = firmwareOf(job)
  const { deviceKeys, ...scope } = job.scope
  const counts = countsOf(job.id)
  return {
    ...shown,
    phase: 'ready',
    scope,
    keyCount: deviceKeys.length,
    firmware: { id, name, version, deleted },
    productName: nameOfProduct(job.productKey),
    counts,
    waves: progressOf({ ...job, counts }, clock.now()),
    haltSample: haltStanding(job.policy.halt, job.halt.sample),
  }
}

/** What the domain's rules of a job look at. */
export function jobFacts(job: JobRow) {
  const firmware = firmwareOf(job)
  return {
    type: job.type,
    state: job.state,
    // made at once, in memory
    phase: 'ready' as const,
    counts: countsOf(job.id),
    firmware: { deleted: firmware.deleted, verificationState: stateOfFirmware(firmware) },
  }
}

/** @param now epoch milliseconds, for why the task waits */
export function taskView(task: TaskRow, now: number): Task {
  // a device that was deleted leaves its tasks
  const device = deviceWithId(task.deviceId)
  const { jobId, updatedAt, deadlineAt, ...row } = task
  return {
    deviceId: row.deviceId,
    deviceKey: row.deviceKey,
    status: row.status,
    progress: row.progress,
    progressText: row.progressText,
    installed: row.installed,
    via: row.via,
    attempt: row.attempt,
    sourceVersion: row.sourceVersion,
    currentVersion: device?.currentVersion ?? null,
    connection: device?.session ? 'online' : 'offline',
    failure: row.failure,
    skipReason: row.skipReason,
    proof: row.proof,
    alreadyThere: row.alreadyThere,
    late: row.late,
    reason: reasonOf(task),
    held: row.status === 'init' ? verdictOf(task, jobById(jobId), now) : null,
    deadlineAt: isoOrNull(deadlineAt),
    updatedAt: iso(updatedAt),
  }
}
