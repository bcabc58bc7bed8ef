import type { Clock, DeviceDirectory } from '#server/ports.ts'

import { deviceSecretOf } from './devices.ts'
import type { Db } from './open.ts'
import { productSecretOf } from './products.ts'
import type { SecretBox } from './secrets.ts'

/**
 * Whether the key that the service was started with opens what stands in the database. With another one every
 * device would be refused, one by one and without a word to the operator.
 */
export async function keyFits({ read }: Db, box: SecretBox): Promise<boolean> {
  const sealed = read.selectFrom('products').select(['product_key', 'secret_enc']).limit(1)
  const product = await sealed.executeTakeFirst()
  try {
    if (product) box.open(product.secret_enc, productSecretOf(product.product_key))
    return true
  } catch {
    return false
  }
}

/** Whom the device channel may let in. The only place where device secrets are opened. */
export function createDirectory({ read, transact }: Db, clock: Clock, box: SecretBox): DeviceDirectory {
  return {
    async credentials(productKey, deviceKey) {
      const row = await read
        .selectFrom('devices')
        .innerJoin('products', 'products.product_key', 'devices.product_key')
        .selectAll('devices')
        .select(['products.secret_enc as product_secret', 'dynamic_activation', 'tls_required'])
        .where('devices.product_key', '=', productKey)
        .where('device_key', '=', deviceKey)
        .executeTakeFirst()
      if (!row) return undefined
      return {
        deviceId: row.id,
        orgId: row.org_id,
        productKey,
        deviceKey,
        deviceSecret: box.open(row.secret_enc, deviceSecretOf(row.id)),
        secretGeneration: row.secret_generation,
        productSecret: box.open(row.product_secret, productSecretOf(productKey)),
        enabled: row.enabled === 1,
        activated: row.activated_at !== null,
        dynamicActivation: row.dynamic_activation === 1,
        tlsRequired: row.tls_required === 1,
      }
    },
    activate: (deviceId) =>
      transact(async (trx) => {
        const { numUpdatedRows } = await trx
          .updateTable('devices')
          .set({ activated_at: clock.now() })
          .where('id', '=', deviceId)
          .where('activated_at', 'is', null)
          .executeTakeFirst()
        return numUpdatedRows > 0n
      }),
  }
}
