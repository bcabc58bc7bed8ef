import type { FirmwareJob } from '#contract/manage/firmware-facts.ts'
import type { JobCounts, JobState } from '#contract/manage/jobs.ts'
import { canDeleteFirmware } from '#domain/can.ts'
import type { FirmwareFacts } from '#server/ports-firmware.ts'

import type { Db, Reader } from './open.ts'
import type { JobsTable } from './schema.ts'

/** Jobs that a preview names one by one. */
const NAMED = 20

const COLUMNS = [
  'id',
  'name',
  'type',
  'state',
  'n_init',
  'n_published',
  'n_upgrading',
  'n_succeeded',
  'n_failed',
  'n_skipped',
] as const

const toJob = (row: Pick<JobsTable, (typeof COLUMNS)[number]>): FirmwareJob => ({
  id: row.id,
  name: row.name,
  type: row.type,
  state: row.state as JobState,
  counts: {
    init: row.n_init,
    published: row.n_published,
    upgrading: row.n_upgrading,
    succeeded: row.n_succeeded,
    failed: row.n_failed,
    skipped: row.n_skipped,
  },
})

const NONE: JobCounts = { init: 0, published: 0, upgrading: 0, succeeded: 0, failed: 0, skipped: 0 }
const add = (a: JobCounts, b: JobCounts): JobCounts => ({
  init: a.init + b.init,
  published: a.published + b.published,
  upgrading: a.upgrading + b.upgrading,
  succeeded: a.succeeded + b.succeeded,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
})

/** Newest first. A firmware has few jobs, and each keeps its own counters: no task is read for any of this. */
async function jobsOf(db: Reader, firmwareId: string): Promise<FirmwareJob[]> {
  const rows = db.selectFrom('jobs').select(COLUMNS).where('firmware_id', '=', firmwareId)
  return (await rows.orderBy('id', 'desc').execute()).map(toJob)
}

async function versionsOf(db: Reader, productKey: string): Promise<{ version: string | null; count: number }[]> {
  const rows = db.selectFrom('field_versions').select(['version', 'n']).where('product_key', '=', productKey)
  const counted = await rows.where('n', '>', 0).orderBy('n', 'desc').orderBy('version').execute()
  return counted.map(({ version, n }) => ({ version: version === '' ? null : version, count: n }))
}

/** What is known of a firmware in use, from counters that are kept with what they count. */
export function createFirmwareFacts({ read }: Db): FirmwareFacts {
  async function about(orgId: string, firmwareId: string) {
    const live = read.selectFrom('firmware').where('id', '=', firmwareId).where('org_id', '=', orgId)
    const row = await live
      .select(['product_key', 'version', 'size_bytes'])
      .where('deleted_at', 'is', null)
      .executeTakeFirst()
    if (!row) return undefined
    const [jobs, versions] = await Promise.all([jobsOf(read, firmwareId), versionsOf(read, row.product_key)])
    const deviceCount = versions.find(({ version }) => version === row.version)?.count ?? 0
    return { sizeBytes: row.size_bytes, jobs, versions, deviceCount }
  }
  return {
    async statistics(orgId, firmwareId) {
      const found = await about(orgId, firmwareId)
      if (!found) return undefined
      const { jobs, versions, deviceCount } = found
      const newest = (type: FirmwareJob['type']) => jobs.find((job) => job.type === type) ?? null
      return { deviceCount, versions, verification: newest('verify'), upgrade: newest('upgrade') }
    },
    async deletePreview(orgId, firmwareId) {
      const found = await about(orgId, firmwareId)
      if (!found) return undefined
      const { jobs, deviceCount, sizeBytes } = found
      const unfinished = jobs.filter(({ state }) => state !== 'completed')
      const allowed = canDeleteFirmware(unfinished.length)
      return {
        refusal: allowed === true ? null : { code: allowed.code, title: allowed.title },
        unfinished: unfinished.slice(0, NAMED),
        unfinishedCount: unfinished.length,
        finishedCount: jobs.length - unfinished.length,
        deviceCount,
        tasks: jobs.reduce((sum, { counts }) => add(sum, counts), NONE),
        sizeBytes,
      }
    },
  }
}
