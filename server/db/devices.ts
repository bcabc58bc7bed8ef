import type { Selectable } from 'kysely'

import type { Device } from '#contract/manage/devices.ts'
import { problems } from '#contract/problems.ts'
import type { DeviceStore } from '#server/ports-manage.ts'
import { ProblemError, type Actor, type Clock } from '#server/ports.ts'

import { listDevices, versionsInField } from './device-list.ts'
import { newId } from './ids.ts'
import { appendLog } from './log.ts'
import type { Db, Reader } from './open.ts'
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
  createdAt: new Date(row.created_at).toISOString(),
  version: row.version,
})

/** What a device's secret is sealed for. */
export const deviceSecretOf = (deviceId: string): string => `device ${deviceId}`

const rowOf = (db: Reader, orgId: string, id: string) =>
  db.selectFrom('devices').selectAll().where('id', '=', id).where('org_id', '=', orgId).executeTakeFirst()

function reads({ read }: Db): Pick<DeviceStore, 'list' | 'view' | 'byIds' | 'versions'> {
  return {
    async list(orgId, filter, ask) {
      const page = await listDevices(read, orgId, filter, ask)
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
  return {
    ...reads(db),
    create: (orgId, { productKey, deviceKey, name, tags, attributes }, actor) =>
      transact(async (trx) => {
        const products = trx.selectFrom('products').where('product_key', '=', productKey).where('org_id', '=', orgId)
        if (!(await products.select('name').executeTakeFirst())) throw new ProblemError(problems.notFound('Product'))
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
        await appendLog({ trx, dialect }, [lineOf(actor, row, at, 'created', `Device ${deviceKey} registered.`)])
        return { ...toDevice(row), deviceSecret }
      }),
    setEnabled: (orgId, deviceId, enabled, actor) =>
      transact(async (trx) => {
        const row = await rowOf(trx, orgId, deviceId)
        if (!row) throw new ProblemError(problems.notFound('Device'))
        if ((row.enabled === 1) === enabled) return toDevice(row)
        const next = { ...row, enabled: enabled ? 1 : 0, version: row.version + 1 } as const
        await trx
          .updateTable('devices')
          .set({ enabled: next.enabled, version: next.version })
          .where('id', '=', deviceId)
          .execute()
        const verb = enabled ? 'enabled' : 'disabled'
        await appendLog({ trx, dialect }, [lineOf(actor, row, clock.now(), verb, `Device ${row.device_key} ${verb}.`)])
        return toDevice(next)
      }),
  }
}
