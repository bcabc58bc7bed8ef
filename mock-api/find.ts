import type { JobCounts } from '#contract/manage/jobs.ts'
import { problems } from '#contract/problems.ts'

import { db } from './db.ts'
import { lookup } from './lookup.ts'
import { MockProblem } from './problem.ts'
import type { DeviceListRow, DeviceRow, FirmwareRow, JobRow, PolicyRow, ProductRow, TaskRow } from './world.ts'

const devicesWithId = lookup(
  () => db.devices,
  ({ id }) => id,
)
const jobsWithId = lookup(
  () => db.jobs,
  ({ id }) => id,
)
const tasksInJob = lookup(
  () => db.tasks,
  ({ jobId }) => jobId,
)
const tasksOnDevice = lookup(
  () => db.tasks,
  ({ deviceId }) => deviceId,
)

/** In the order in which they were made. */
export const tasksOf = (jobId: string): readonly TaskRow[] => tasksInJob(jobId)
export const tasksOfDevice = (deviceId: string): readonly TaskRow[] => tasksOnDevice(deviceId)

/** The row, or 404: a thing of another organisation does not exist. */
function found<T extends { orgId: string }>(row: T | undefined, orgId: string, thing: string): T {
  if (row?.orgId !== orgId) throw new MockProblem(problems.notFound(thing))
  return row
}

export const find = {
  product: (orgId: string, key: string): ProductRow =>
    found(
      db.products.find(({ productKey, deleted }) => productKey === key && !deleted),
      orgId,
      'Product',
    ),
  device: (orgId: string, id: string): DeviceRow => found(devicesWithId(id)[0], orgId, 'Device'),
  /** Deleted firmware stays in history and is not found. */
  firmware: (orgId: string, id: string): FirmwareRow =>
    found(
      db.firmware.find((row) => row.id === id && !row.deleted),
      orgId,
      'Firmware',
    ),
  policy: (orgId: string, id: string): PolicyRow =>
    found(
      db.policies.find((row) => row.id === id),
      orgId,
      'Policy',
    ),
  deviceList: (orgId: string, id: string): DeviceListRow =>
    found(
      db.deviceLists.find((row) => row.id === id),
      orgId,
      'Device list',
    ),
  /** Deleted firmware as well: jobs of it are refused with the reason. */
  anyFirmware: (orgId: string, id: string): FirmwareRow =>
    found(
      db.firmware.find((row) => row.id === id),
      orgId,
      'Firmware',
    ),
  job: (orgId: string, id: string): JobRow => found(jobsWithId(id)[0], orgId, 'Job'),
}

/** For rows that refer to each other: a gap is a defect of the mock. */
export function mustHave<T>(row: T | undefined, what: string): T {
  if (row === undefined) throw new Error(`The mock's world lost ${what}`)
  return row
}

export const firmwareOf = (job: JobRow): FirmwareRow =>
  mustHave(
    db.firmware.find(({ id }) => id === job.firmwareId),
    `the firmware of ${job.name}`,
  )
export const deviceWithId = (deviceId: string): DeviceRow | undefined => devicesWithId(deviceId)[0]
export const deviceById = (deviceId: string): DeviceRow => mustHave(deviceWithId(deviceId), `device ${deviceId}`)
export const jobById = (jobId: string): JobRow => mustHave(jobsWithId(jobId)[0], `job ${jobId}`)

export function countsOf(jobId: string): JobCounts {
  const counts: JobCounts = { init: 0, published: 0, upgrading: 0, succeeded: 0, failed: 0, skipped: 0 }
  for (const { status } of tasksOf(jobId)) counts[status]++
  return counts
}
