import type { Selectable } from 'kysely'

import type { DeviceRecord, EngineReads, EngineTx, TargetRecord } from '#server/ports-engine.ts'

import { updateMany, type Column, type Writing } from './many.ts'
import type { Reader } from './open.ts'
import type { DevicesTable } from './schema.ts'

type PresenceReads = Pick<EngineReads, 'devices' | 'targets' | 'devicesByKey' | 'devicesAfter' | 'deviceCount'>
type PresenceWrites = Pick<EngineTx, 'updatePresence' | 'updateVersions' | 'everyoneOffline'>

const COLUMNS = [
  'id',
  'org_id',
  'product_key',
  'device_key',
  'enabled',
  'reported_version',
  'version_reported_at',
  'connected',
  'session_id',
  'session_started_at',
  'last_seen_at',
] as const satisfies (keyof DevicesTable)[]

const deviceOf = (row: Pick<Selectable<DevicesTable>, (typeof COLUMNS)[number]>): DeviceRecord => ({
  id: row.id,
  orgId: row.org_id,
  productKey: row.product_key,
  deviceKey: row.device_key,
  enabled: row.enabled === 1,
  reportedVersion: row.reported_version,
  versionReportedAt: row.version_reported_at,
  connected: row.connected === 1,
  sessionId: row.session_id,
  sessionStartedAt: row.session_started_at,
  lastSeenAt: row.last_seen_at,
})

const TARGET_COLUMNS = [...COLUMNS, 'tags', 'attributes'] as const

const targetOf = (row: Pick<Selectable<DevicesTable>, (typeof TARGET_COLUMNS)[number]>): TargetRecord => ({
  ...deviceOf(row),
  tags: JSON.parse(row.tags) as TargetRecord['tags'],
  attributes: JSON.parse(row.attributes) as TargetRecord['attributes'],
})

const key: Column<DeviceRecord>[] = [['id', 'text', ({ id }) => id]]
const presence: Column<DeviceRecord>[] = [
  ['connected', 'integer', ({ connected }) => Number(connected)],
  ['session_id', 'text', ({ sessionId }) => sessionId],
  ['session_started_at', 'bigint', ({ sessionStartedAt }) => sessionStartedAt],
  ['last_seen_at', 'bigint', ({ lastSeenAt }) => lastSeenAt],
]
const version: Column<DeviceRecord>[] = [
  ['reported_version', 'text', ({ reportedVersion }) => reportedVersion],
  ['version_reported_at', 'bigint', ({ versionReportedAt }) => versionReportedAt],
]

export function presenceReads(db: Reader): PresenceReads {
  const devices = () => db.selectFrom('devices').select(COLUMNS)
  const targets = () => db.selectFrom('devices').select(TARGET_COLUMNS)
  return {
    async devices(ids) {
      if (ids.length === 0) return []
      return (await devices().where('id', 'in', ids).execute()).map(deviceOf)
    },
    async targets(ids) {
      if (ids.length === 0) return []
      return (await targets().where('id', 'in', ids).execute()).map(targetOf)
    },
    async devicesByKey(productKey, keys) {
      if (keys.length === 0) return []
      const rows = await targets().where('product_key', '=', productKey).where('device_key', 'in', keys).execute()
      return rows.map(targetOf)
    },
    async devicesAfter(productKey, afterId, limit) {
      const rows = await targets()
        .where('product_key', '=', productKey)
        .where('id', '>', afterId)
        .orderBy('id')
        .limit(limit)
        .execute()
      return rows.map(targetOf)
    },
    async deviceCount(productKey) {
      const product = db.selectFrom('products').select('device_count').where('product_key', '=', productKey)
      return (await product.executeTakeFirst())?.device_count ?? 0
    },
  }
}

export function presenceWrites(writing: Writing): PresenceWrites {
  return {
    updatePresence: (records) => updateMany(writing, 'devices', { keys: key, columns: presence }, records),
    updateVersions: (records) => updateMany(writing, 'devices', { keys: key, columns: version }, records),
    async everyoneOffline() {
      await writing.trx
        .updateTable('devices')
        .set({ connected: 0, session_id: null, session_started_at: null })
        .where('connected', '=', 1)
        .execute()
    },
  }
}
