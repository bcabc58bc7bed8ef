import type { FirmwareJob } from '#contract/manage/firmware-facts.ts'
import { firmware as api } from '#contract/manage/firmware.ts'
import type { JobCounts } from '#contract/manage/jobs.ts'
import { canDeleteFirmware } from '#domain/can.ts'
import { mock } from '#mock-api/bind.ts'
import { db } from '#mock-api/db.ts'
import { countsOf, find } from '#mock-api/find.ts'
import type { FirmwareRow } from '#mock-api/world.ts'

/** Jobs that a preview names one by one. */
const NAMED = 20

/** Newest first; those of one instant in the order in which they were made. */
const jobsOf = ({ id: firmwareId }: FirmwareRow): FirmwareJob[] =>
  db.jobs
    .filter((job) => job.firmwareId === firmwareId)
    .toReversed()
    .toSorted((a, b) => Date.parse(b.createdAt) - Date.parse(a.createdAt))
    .map(({ id, name, type, state }) => ({ id, name, type, state, counts: countsOf(id) }))

function versionsOf({ productKey }: FirmwareRow) {
  const counts = new Map<string | null, number>()
  for (const { currentVersion } of db.devices.filter((row) => row.productKey === productKey))
    counts.set(currentVersion, (counts.get(currentVersion) ?? 0) + 1)
  const items = Array.from(counts, ([version, count]) => ({ version, count }))
  return items.toSorted((a, b) => b.count - a.count || ((a.version ?? '') < (b.version ?? '') ? -1 : 1))
}

const countOf = (row: FirmwareRow): number => versionsOf(row).find(({ version }) => version === row.version)?.count ?? 0

const sumOf = (jobs: readonly FirmwareJob[]): JobCounts => {
  const sum: JobCounts = { init: 0, published: 0, upgrading: 0, succeeded: 0, failed: 0, skipped: 0 }
  for (const { counts } of jobs) for (const key of Object.keys(sum) as (keyof JobCounts)[]) sum[key] += counts[key]
  return sum
}

export const firmwareFactHandlers = [
  mock(api.statistics, ({ params }, { org }) => {
    const row = find.firmware(org.id, params.firmwareId)
    const newest = (type: FirmwareJob['type']) => jobsOf(row).find((job) => job.type === type) ?? null
    return {
      deviceCount: countOf(row),
      versions: versionsOf(row),
      verification: newest('verify'),
      upgrade: newest('upgrade'),
    }
  }),

  mock(api.deletePreview, ({ params }, { org }) => {
    const row = find.firmware(org.id, params.firmwareId)
    const jobs = jobsOf(row)
    const unfinished = jobs.filter(({ state }) => state !== 'completed')
    const allowed = canDeleteFirmware(unfinished.length)
    return {
      refusal: allowed === true ? null : { code: allowed.code, title: allowed.title },
      unfinished: unfinished.slice(0, NAMED),
      unfinishedCount: unfinished.length,
      finishedCount: jobs.length - unfinished.length,
      deviceCount: countOf(row),
      tasks: sumOf(jobs),
      sizeBytes: row.sizeBytes,
    }
  }),
]
