import type { Allowed } from './refusal.ts'

/** @param busyWith name of the job whose upgrade is under way on the device; null when none is */
export const canDeleteDevice = (busyWith: string | null): Allowed =>
  busyWith === null
    ? true
    : {
        code: 'device_busy',
        title: `The job “${busyWith}” is upgrading this device. Wait until it ends or cancel it, then delete the device.`,
      }

/** A device learns its secret from its product's once; this gives it the chance again. */
export function canResetActivation(product: { dynamicActivation: boolean }, device: { activatedAt: unknown }): Allowed {
  if (!product.dynamicActivation)
    return { code: 'activation_not_allowed', title: 'The product does not allow dynamic activation.' }
  return device.activatedAt === null
    ? { code: 'not_activated', title: 'The device has not been activated yet: it still may be, once.' }
    : true
}

/** A task that ended can go round again only while there is a device to do it. */
export const DEVICE_GONE = {
  code: 'device_deleted',
  title: 'The device was deleted; nothing can be sent to it any more.',
} as const

/** How many names a refusal spells out. */
const NAMED = 3

/**
 * @param deviceCount devices that are registered with the product
 * @param jobs names of its jobs that are not completed, with the firmware that each uses
 */
export function canDeleteProduct(deviceCount: number, jobs: readonly { name: string; firmware: string }[]): Allowed {
  if (deviceCount > 0) {
    const devices = deviceCount === 1 ? '1 device' : `${deviceCount} devices`
    return { code: 'product_has_devices', title: `The product still has ${devices}. Delete them first.` }
  }
  if (jobs.length === 0) return true
  const named = jobs.slice(0, NAMED).map(({ name, firmware }) => `${firmware} by the job “${name}”`)
  const more = jobs.length > NAMED ? ` and ${jobs.length - NAMED} more` : ''
  return {
    code: 'product_in_use',
    title: `Firmware of this product is in use: ${named.join(', ')}${more}. End ${jobs.length === 1 ? 'the job' : 'the jobs'} first.`,
    enosCode: 24604,
  }
}
