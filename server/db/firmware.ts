import type { Firmware, VerificationState } from '#contract/manage/firmware.ts'
import { problems } from '#contract/problems.ts'
import { canDeleteFirmware } from '#domain/can.ts'
import { keptOf } from '#domain/changes.ts'
import { fileRefusals } from '#domain/firmware-file.ts'
import { TAKEN } from '#domain/firmware-names.ts'
import type { FirmwareFilter, FirmwareStore, NewFirmware } from '#server/ports-manage.ts'
import { ProblemError, type Actor, type Clock } from '#server/ports.ts'

import { appendLog } from './log.ts'
import type { Db, Reader, Trx } from './open.ts'
import { afterPrefix, keysetPage } from './page.ts'
import { isOwnProduct } from './products.ts'
import type { FirmwareTable } from './schema.ts'

/** What a firmware's row does not hold itself; both numbers come from an index. */
const withNumbers = (db: Reader) =>
  db
    .selectFrom('firmware')
    .innerJoin('products', 'products.product_key', 'firmware.product_key')
    .leftJoin('field_versions', (on) =>
      on
        .onRef('field_versions.product_key', '=', 'firmware.product_key')
        .onRef('field_versions.version', '=', 'firmware.version'),
    )
    .selectAll('firmware')
    .select('products.name as product_name')
    .select((eb) => [
      'field_versions.n as device_count',
      eb
        .selectFrom('jobs')
        .whereRef('jobs.firmware_id', '=', 'firmware.id')
        .select((count) => count.fn.countAll<number>().as('n'))
        .as('job_count'),
    ])

type Numbered = FirmwareTable & { product_name: string; device_count: number | null; job_count: number | null }

const toFirmware = (row: Numbered): Firmware => ({
  id: row.id,
  productKey: row.product_key,
  productName: row.product_name,
  name: row.name,
  version: row.version,
  fileName: row.file_name,
  sizeBytes: row.size_bytes,
  signMethod: row.sign_method,
  sha256: row.sha256,
  md5: row.md5,
  description: row.description,
  releaseNotes: row.release_notes,
  tags: JSON.parse(row.tags) as Firmware['tags'],
  verification: {
    required: row.verification_required === 1,
    maxDevices: row.verification_max_devices,
    minSuccess: row.verification_min_success,
  },
  verificationState: row.verification_state as VerificationState,
  deviceCount: row.device_count ?? 0,
  jobCount: row.job_count ?? 0,
  createdBy: { id: row.created_by, name: row.created_by_name },
  createdAt: new Date(row.created_at).toISOString(),
  revision: row.revision,
})

const toRow = (firmware: NewFirmware, orgId: string, actor: Actor, at: number): FirmwareTable => ({
  id: firmware.id,
  org_id: orgId,
  product_key: firmware.productKey,
  name: firmware.name,
  version: firmware.version,
  file_name: firmware.fileName,
  size_bytes: firmware.sizeBytes,
  sign_method: firmware.signMethod,
  sha256: firmware.sha256,
  md5: firmware.md5,
  description: firmware.description,
  release_notes: firmware.releaseNotes,
  tags: JSON.stringify(firmware.tags),
  verification_required: firmware.verification.required ? 1 : 0,
  verification_max_devices: firmware.verification.maxDevices,
  verification_min_success: firmware.verification.minSuccess,
  verification_state: firmware.verification.required ? 'notVerified' : 'notRequired',
  created_by: actor.id,
  created_by_name: actor.name,
  created_at: at,
  deleted_at: null,
  revision: 1,
})

const live = (db: Reader, orgId: string) =>
  withNumbers(db).where('firmware.org_id', '=', orgId).where('firmware.deleted_at', 'is', null)

async function find(db: Reader, orgId: string, id: string): Promise<Firmware> {
  const row = await live(db, orgId).where('firmware.id', '=', id).executeTakeFirst()
  if (!row) throw new ProblemError(problems.notFound('Firmware'))
  return toFirmware(row)
}

/** A deleted version stays reserved, so deleted rows count. */
async function mustBeFree(
  db: Reader,
  orgId: string,
  wanted: Pick<NewFirmware, 'productKey' | 'name' | 'version'>,
): Promise<void> {
  const { productKey, name, version } = wanted
  if (!(await isOwnProduct(db, orgId, productKey))) throw new ProblemError(problems.notFound('Product'))
  const ofProduct = db.selectFrom('firmware').select('id').where('product_key', '=', productKey)
  if (await ofProduct.where('version', '=', version).executeTakeFirst())
    throw new ProblemError(problems.taken('version', TAKEN.version(version), 24601))
  if (await ofProduct.where('name', '=', name).executeTakeFirst())
    throw new ProblemError(problems.taken('name', TAKEN.name(name), 24602))
}

async function list(
  { read }: Db,
  orgId: string,
  { sort, q, product, state, sha256 }: FirmwareFilter,
  ask: Parameters<FirmwareStore['list']>[2],
) {
  let rows = live(read, orgId)
  if (q) rows = rows.where('firmware.name', '>=', q).where('firmware.name', '<', afterPrefix(q))
  if (product !== undefined) rows = rows.where('firmware.product_key', '=', product)
  if (state !== undefined) rows = rows.where('verification_state', '=', state)
  if (sha256 !== undefined) rows = rows.where('sha256', '=', sha256)
  const column = sort === 'createdAt' ? 'firmware.created_at' : 'firmware.name'
  const page = await keysetPage(rows, [column, 'firmware.id'], ask)
  // an organisation has hundreds of firmware files, not millions: counting them costs nothing
  const { n } = await rows
    .clearSelect()
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return { ...page, items: page.items.map(toFirmware), total: n }
}

/** Firmware as people keep it. Its verification state is written by the engine. */
export function createFirmware(db: Db, clock: Clock): FirmwareStore {
  const { read, transact, dialect } = db
  const log = (
    trx: Trx,
    orgId: string,
    actor: Actor,
    { id, name, version }: Pick<NewFirmware, 'id' | 'name' | 'version'>,
    verb: string,
    did: string,
    data: Record<string, unknown> = {},
  ) =>
    appendLog({ trx, dialect }, [
      {
        orgId,
        actor,
        at: clock.now(),
        object: { kind: 'firmware', id },
        action: `firmware.${verb}`,
        summary: `Firmware ${name} ${version} ${did}.`,
        data,
      },
    ])
  return {
    list: (orgId, filter, ask) => list(db, orgId, filter, ask),
    async view(orgId, firmwareId) {
      const row = await live(read, orgId).where('firmware.id', '=', firmwareId).executeTakeFirst()
      return row && toFirmware(row)
    },
    mustBeFree: (orgId, wanted) => mustBeFree(read, orgId, wanted),
    create: (orgId, firmware, actor) =>
      transact(async (trx) => {
        const ended = trx.deleteFrom('uploads').where('id', '=', firmware.id).where('org_id', '=', orgId)
        if ((await ended.executeTakeFirst()).numDeletedRows === 0n)
          throw new ProblemError({ status: 422, ...fileRefusals.unknownUpload() })
        await mustBeFree(trx, orgId, firmware)
        await trx
          .insertInto('firmware')
          .values(toRow(firmware, orgId, actor, clock.now()))
          .execute()
        const created = await find(trx, orgId, firmware.id)
        await log(trx, orgId, actor, firmware, 'created', 'uploaded', { after: keptOf('firmware', created) })
        return created
      }),
    update: (orgId, firmwareId, { revision, description, releaseNotes, tags }, actor) =>
      transact(async (trx) => {
        const before = await find(trx, orgId, firmwareId)
        if (before.revision !== revision) throw new ProblemError(problems.stale())
        const set = {
          description: description ?? before.description,
          release_notes: releaseNotes ?? before.releaseNotes,
          tags: JSON.stringify(tags ?? before.tags),
          revision: revision + 1,
        }
        await trx.updateTable('firmware').set(set).where('id', '=', firmwareId).execute()
        const after = await find(trx, orgId, firmwareId)
        const data = { before: keptOf('firmware', before), after: keptOf('firmware', after) }
        await log(trx, orgId, actor, before, 'updated', 'edited', data)
        return after
      }),
    delete: (orgId, firmwareId, actor) =>
      transact(async (trx) => {
        const firmware = await find(trx, orgId, firmwareId)
        const jobs = trx.selectFrom('jobs').where('firmware_id', '=', firmwareId).where('state', '!=', 'completed')
        const { n } = await jobs.select((eb) => eb.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
        const allowed = canDeleteFirmware(n)
        if (allowed !== true) throw new ProblemError({ status: 409, ...allowed })
        const set = { deleted_at: clock.now(), revision: firmware.revision + 1 }
        await trx.updateTable('firmware').set(set).where('id', '=', firmwareId).execute()
        await log(trx, orgId, actor, firmware, 'deleted', 'deleted', { before: keptOf('firmware', firmware) })
      }),
    async deletedOf(ids) {
      if (ids.length === 0) return []
      const rows = await read
        .selectFrom('firmware')
        .select('id')
        .where('deleted_at', 'is not', null)
        .where('id', 'in', ids)
        .execute()
      return rows.map(({ id }) => id)
    },
  }
}
