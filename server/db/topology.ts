import type { Topology } from '#server/ports-gateway.ts'

import type { Db } from './open.ts'

/** What a gateway is told of at once; it knows its devices itself, this only reminds it. */
const LISTED_MAX = 1_000

/** Which devices stand behind which gateway. Not logged: gateways say it anew at each start. */
export const createTopology = ({ read, transact }: Db): Topology => ({
  of: async (gatewayId) => {
    const rows = await read
      .selectFrom('devices')
      .select(['product_key', 'device_key'])
      .where('gateway_id', '=', gatewayId)
      .orderBy('device_key')
      .limit(LISTED_MAX)
      .execute()
    return rows.map((row) => ({ productKey: row.product_key, deviceKey: row.device_key }))
  },
  add: (gatewayId, deviceId) =>
    transact(async (trx) => {
      await trx
        .updateTable('devices')
        .set({ gateway_id: gatewayId })
        .where('id', '=', deviceId)
        .where((where) => where.or([where('gateway_id', 'is', null), where('gateway_id', '!=', gatewayId)]))
        .execute()
    }),
  remove: (gatewayId, deviceId) =>
    transact(async (trx) => {
      await trx
        .updateTable('devices')
        .set({ gateway_id: null })
        .where('id', '=', deviceId)
        .where('gateway_id', '=', gatewayId)
        .execute()
    }),
})
