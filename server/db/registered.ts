import type { RegisteredDevice, RegistryReads, RegistryWrites } from '#server/ports-registry.ts'

import type { Reader, Trx } from './open.ts'

type Pairs = RegisteredDevice['tags']

export function registryReads(db: Reader): RegistryReads {
  return {
    async registered(deviceId) {
      const row = await db.selectFrom('devices').selectAll().where('id', '=', deviceId).executeTakeFirst()
      return (
        row && {
          id: row.id,
          orgId: row.org_id,
          productKey: row.product_key,
          deviceKey: row.device_key,
          name: row.name,
          enabled: row.enabled === 1,
          tags: JSON.parse(row.tags) as Pairs,
          attributes: JSON.parse(row.attributes) as Pairs,
          gatewayId: row.gateway_id,
          version: row.version,
        }
      )
    },
    async isRemembered(orgId, deviceId) {
      const lines = db.selectFrom('log').select('id').where('device_id', '=', deviceId).where('org_id', '=', orgId)
      return (await lines.limit(1).executeTakeFirst()) !== undefined
    },
  }
}

export function registryWrites(trx: Trx): RegistryWrites {
  return {
    async editDevice({ id, name, enabled, tags, attributes, version }) {
      const set = {
        name,
        enabled: enabled ? 1 : 0,
        tags: JSON.stringify(tags),
        attributes: JSON.stringify(attributes),
        version,
      } as const
      const edit = trx.updateTable('devices').set(set).where('id', '=', id)
      // sessions over HTTP carry the generation: those of a disabled device end for good, in every process
      const ending = edit.set((eb) => ({ secret_generation: eb('secret_generation', '+', 1) }))
      await (enabled ? edit : ending).execute()
    },
    async deleteDevice({ id, productKey }) {
      await trx.updateTable('devices').set({ gateway_id: null }).where('gateway_id', '=', id).execute()
      await trx.deleteFrom('devices').where('id', '=', id).execute()
      await trx
        .updateTable('products')
        .set((eb) => ({ device_count: eb('device_count', '-', 1) }))
        .where('product_key', '=', productKey)
        .execute()
    },
  }
}
