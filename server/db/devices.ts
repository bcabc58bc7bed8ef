import type { Selectable } from 'kysely'

import type { Device } from '#contract/manage/devices.ts'
import { problems } from '#contract/problems.ts'
import { keptOf } from '#domain/changes.ts'
import { canResetActivation } from '#domain/registry.ts'
import type { DeviceStore } from '#server/ports-manage.ts'
import { ProblemError, type Actor, type Clock } from '#server/ports.ts'

import { filterAt, listDevices, versionsInField } from './device-list.ts'
import { newId } from './ids.ts'
import { appendLog } from './log.ts'
import type { Db, Reader, Trx } from './open.ts'
import { keysetPage } from './page.ts'
import { isOwnProduct } from './products.ts'
import type { DevicesTable } from './schema.ts'
import { newSecret, type SecretBox } from './secrets.ts'

const iso = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString())

const toDevice = (row: Selectable<DevicesTable>): Device => ({
  id: row.id,
  productKey: row.product_key,
  deviceKey: row.device_key,
  name: row.name,
  enabled: row.enabled === 1,
  currentVersion: row.reported_version,
  versionReportedAt: iso(row.version_reported_at),
  connection: row.connected === 1 ? 'online' : 'offline',
  lastSeenAt: iso(row.last_seen_at),
  tags: JSON.parse(row.tags) as Device['tags'],
  attributes: JSON.parse(row.attributes) as Device['attributes'],
  gatewayId: row.gateway_id,
  activatedAt: iso(row.activated_at),
  createdAt: new Date(row.created_at).toISOString(),
  version: row.version,
})

/** What a device's secret is sealed for. */
export const deviceSecretOf = (deviceId: string): string => `device ${deviceId}`

const rowOf = (db: Reader, orgId: string, id: string) =>
  db.selectFrom('devices').selectAll().where('id', '=', id).where('org_id', '=', orgId).executeTakeFirst()

function reads({ read }: Db, clock: Clock): Pick<DeviceStore, 'list' | 'view' | 'byIds' | 'versions' | 'behind'> {
  return {
    async list(orgId, filter, ask) {
      const page = await listDevices(read, orgId, filterAt(filter, clock.now()), ask)
      return { ...page, items: page.items.map(toDevice) }
    },
    async view(orgId, deviceId) {
      const row = await rowOf(read, orgId, deviceId)
      return row && toDevice(row)
    },
    async byIds(ids) {
      if (ids.length === 0) return []
      return (await read.selectFrom('devices').selectAll().where('id', 'in', ids).execute()).map(toDevice)
    },
    async behind(gatewayId, ask) {
      const rows = read.selectFrom('devices').selectAll().where('gateway_id', '=', gatewayId)
      const page = await keysetPage(rows, ['device_key', 'id'], ask)
      // a gateway has at most some thousands behind it
      const { n } = await rows
        .clearSelect()
        .select((eb) => eb.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      return { ...page, items: page.items.map(toDevice), total: n }
    },
    versions: (orgId, product) => versionsInField(read, orgId, product),
  }
}

const lineOf = (actor: Actor, row: Pick<DevicesTable, 'id' | 'org_id'>, at: number, verb: string, summary: string) => ({
  orgId: row.org_id,
  at,
  actor,
  summary,
  object: { kind: 'device', id: row.id },
  deviceId: row.id,
  action: `device.${verb}`,
})

const newRow = (id: string, orgId: string, at: number) =>
  ({
    id,
    org_id: orgId,
    created_at: at,
    secret_generation: 1,
    enabled: 1,
    activated_at: null,
    reported_version: null,
    version_reported_at: null,
    connected: 0,
    session_id: null,
    session_started_at: null,
    last_seen_at: null,
    free_flash: null,
    gateway_id: null,
    version: 1,
  }) as const

export function createDevices(db: Db, clock: Clock, box: SecretBox): DeviceStore {
  const { transact, dialect } = db
  const find = async (trx: Trx, orgId: string, deviceId: string) => {
    const row = await rowOf(trx, orgId, deviceId)
    if (!row) throw new ProblemError(problems.notFound('Device'))
    return row
  }
  const log = (
    trx: Trx,
    actor: Actor,
    row: Pick<DevicesTable, 'id' | 'org_id'>,
    verb: string,
    summary: string,
    data: Record<string, unknown> = {},
  ) => appendLog({ trx, dialect }, [{ ...lineOf(actor, row, clock.now(), verb, summary), data }])
  return {
    ...reads(db, clock),
    create: (orgId, { productKey, deviceKey, name, tags, attributes }, actor) =>
      transact(async (trx) => {
        if (!(await isOwnProduct(trx, orgId, productKey))) throw new ProblemError(problems.notFound('Product'))
        const same = trx.selectFrom('devices').where('product_key', '=', productKey).where('device_key', '=', deviceKey)
        if (await same.select('id').executeTakeFirst())
          throw new ProblemError(problems.taken('deviceKey', `The product already has a device ${deviceKey}.`))
        const at = clock.now()
        const id = newId(at)
        const deviceSecret = newSecret()
        const row: DevicesTable = {
          ...newRow(id, orgId, at),
          product_key: productKey,
          device_key: deviceKey,
          name,
          secret_enc: box.seal(deviceSecret, deviceSecretOf(id)),
          tags: JSON.stringify(tags),
          attributes: JSON.stringify(attributes),
        }
        await trx.insertInto('devices').values(row).execute()
        await trx
          .updateTable('products')
          .set((eb) => ({ device_count: eb('device_count', '+', 1) }))
          .where('product_key', '=', productKey)
          .execute()
        const device = toDevice(row)
        await log(trx, actor, row, 'created', `Device ${deviceKey} registered.`, { after: keptOf('device', device) })
        return { ...device, deviceSecret }
      }),
    resetSecret: (orgId, deviceId, actor) =>
      transact(async (trx) => {
        const row = await find(trx, orgId, deviceId)
        const deviceSecret = newSecret()
        const set = {
          secret_enc: box.seal(deviceSecret, deviceSecretOf(deviceId)),
          // what was issued under the old one is void, in every process
          secret_generation: row.secret_generation + 1,
          version: row.version + 1,
        }
        await trx.updateTable('devices').set(set).where('id', '=', deviceId).execute()
        await log(trx, actor, row, 'secretReset', `Device ${row.device_key} was given a new secret.`)
        return { ...toDevice({ ...row, ...set }), deviceSecret }
      }),
    resetActivation: (orgId, deviceId, actor) =>
      transact(async (trx) => {
        const row = await find(trx, orgId, deviceId)
        const product = trx.selectFrom('products').select('dynamic_activation')
        const { dynamic_activation } = await product
          .where('product_key', '=', row.product_key)
          .executeTakeFirstOrThrow()
        const terms = { dynamicActivation: dynamic_activation === 1 }
        const allowed = canResetActivation(terms, { activatedAt: row.activated_at })
        if (allowed !== true) throw new ProblemError({ status: 409, ...allowed })
        const set = { activated_at: null, version: row.version + 1 }
        await trx.updateTable('devices').set(set).where('id', '=', deviceId).execute()
        const data = { before: { activatedAt: iso(row.activated_at) }, after: { activatedAt: null } }
        await log(trx, actor, row, 'activationReset', `Device ${row.device_key} may be activated once more.`, data)
        return toDevice({ ...row, ...set })
      }),
  }
}
