import type { DeviceKeys } from '#contract/device/topics.ts'

/** Which devices stand behind which gateway: asked for and changed by the gateways themselves. */
export interface Topology {
  of(gatewayId: string): Promise<DeviceKeys[]>
  /** Puts a device behind a gateway, wherever it was before. */
  add(gatewayId: string, deviceId: string): Promise<void>
  /** Takes a device from behind this gateway; nothing happens when it is not there. */
  remove(gatewayId: string, deviceId: string): Promise<void>
}

/** What a gateway hears of the devices behind it. */
export interface GatewayNews {
  /** Says, to a gateway that is connected here, that the device may be used again or may not. */
  tell(gatewayId: string, what: 'enable' | 'disable' | 'delete', device: DeviceKeys): void
}
