import { activatedWords } from '#domain/log-words.ts'
import type { Clock, DeviceDirectory } from '#server/ports.ts'

import { deviceSecretOf } from './devices.ts'
import { appendLog } from './log.ts'
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
export function createDirectory({ read, transact, dialect }: Db, clock: Clock, box: SecretBox): DeviceDirectory {
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
    activate: (deviceId, { address, isTold }) =>
      transact(async (trx) => {
        const at = clock.now()
        const device = await trx
          .updateTable('devices')
          .set({ activated_at: at })
          .where('id', '=', deviceId)
          .where('activated_at', 'is', null)
          .returning(['org_id', 'device_key'])
          .executeTakeFirst()
        if (!device) return false
        const line = {
          orgId: device.org_id,
          at,
          actor: { kind: 'device', id: deviceId, name: device.device_key, address },
          object: { kind: 'device', id: deviceId },
          deviceId,
          action: 'device.activated',
          summary: activatedWords(device.device_key, isTold),
          data: { before: { activatedAt: null }, after: { activatedAt: new Date(at).toISOString() } },
        } as const
        await appendLog({ trx, dialect }, [line])
        return true
      }),
  }
}
