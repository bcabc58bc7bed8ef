import type { DeviceListReads } from '#server/ports-device-lists.ts'

import type { Reader } from './open.ts'

/** What the engine reads of device lists, by their numbers and in the order of the keys. */
export function deviceListReads(db: Reader): DeviceListReads {
  return {
    async deviceList(listId) {
      const ready = db.selectFrom('device_lists').where('id', '=', listId).where('state', '=', 'ready')
      const row = await ready.select(['no', 'product_key', 'key_count']).executeTakeFirst()
      return row && { no: row.no, productKey: row.product_key, keyCount: row.key_count }
    },
    async listedKeys(no, after, limit) {
      const keys = db.selectFrom('device_list_keys').select('device_key').where('list_no', '=', no)
      const some = await keys.where('device_key', '>', after).orderBy('device_key').limit(limit).execute()
      return some.map(({ device_key }) => device_key)
    },
    async listed(no, deviceKeys) {
      if (deviceKeys.length === 0) return new Set()
      const keys = db.selectFrom('device_list_keys').select('device_key').where('list_no', '=', no)
      const found = await keys.where('device_key', 'in', deviceKeys).execute()
      return new Set(found.map(({ device_key }) => device_key))
    },
  }
}
