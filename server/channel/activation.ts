import { randomInt } from 'node:crypto'

import { formatActivation } from '#contract/device/ota.ts'
import { activationTopic } from '#contract/device/topics.ts'
import type { DeviceDirectory, DeviceIdentity } from '#server/ports.ts'
import type { Outgoing } from './inbox.ts'

/** An id that no client's counter reaches (it wraps at 65,535): the Node.js SDK dispatches by id before topic. */
export const commandId = (): string => String(randomInt(1_000_000_000, 2_000_000_000))

/**
 * What tells a device its own secret, once in its life: undefined when that happened before, or when it may not
 * connect any more. The answer of the device is not waited for, since some SDKs send none.
 * @throws whatever the directory throws
 */
export async function activation(
  directory: DeviceDirectory,
  device: DeviceIdentity,
  address: string,
): Promise<Outgoing | undefined> {
  if (!(await directory.activate(device.deviceId, { address, isTold: true }))) return undefined
  const current = await directory.credentials(device.productKey, device.deviceKey)
  if (!current?.enabled) return undefined
  const payload = formatActivation(commandId(), current.deviceId, current, current.deviceSecret)
  return { topic: activationTopic(current), payload }
}
