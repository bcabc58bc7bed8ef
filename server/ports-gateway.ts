import type { DeviceKeys } from '#contract/device/topics.ts'

/** Which devices stand behind which gateway: asked for and changed by the gateways themselves. */
export interface Topology {
  of(gatewayId: string): Promise<DeviceKeys[]>
  /** Puts a device behind a gateway, wherever it was before. */
  add(gatewayId: string, deviceId: string): Promise<void>
  /** Takes a device from behind this gateway; nothing happens when it is not there. */
  remove(gatewayId: string, deviceId: string): Promise<void>
}
