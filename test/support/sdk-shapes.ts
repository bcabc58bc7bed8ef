import { connectFields, type Wire, type WireKeys } from './mqtt-wire.ts'

/*
 * What the vendor's four SDKs put on the wire, field by field, from sections 1, 2 and 7 of the protocol page.
 */

export interface SdkShape {
  name: 'Python' | 'Node.js' | 'Java' | 'C'
  connect(keys: WireKeys, secret: string): { clientId: string; username: string; password: string }
  /** Further fields of its CONNECT packet. */
  packet: { clean: boolean; keepalive: number }
  /** A request as it writes it: key order, `version` and `method` differ. */
  request(id: string, part: 'inform' | 'progress' | 'getversion', params: object): string
  /** Waits for SUBACK before it publishes. */
  waitsForSuback: boolean
}

const METHODS = { inform: 'ota.inform', progress: 'ota.progress', getversion: 'Ota.device.getversion' }

const upper = <T extends { password: string }>(fields: T): T => ({ ...fields, password: fields.password.toUpperCase() })

export const SDKS: readonly SdkShape[] = [
  {
    name: 'Python',
    connect: (keys, secret) =>
      connectFields(keys, secret, { signMethod: 'hmacsha256', timestamp: '1795423346623.4773' }),
    packet: { clean: true, keepalive: 60 },
    request: (id, part, params) => JSON.stringify({ id, version: '1.0', params, method: METHODS[part] }),
    waitsForSuback: false,
  },
  {
    name: 'Node.js',
    connect: (keys, secret) => upper(connectFields(keys, secret, { timestamp: '1795423346623' })),
    packet: { clean: true, keepalive: 60 },
    request: (id, part, params) => JSON.stringify({ id, version: '1.0', params, method: `ota.device.${part}` }),
    waitsForSuback: true,
  },
  {
    name: 'Java',
    connect: (keys, secret) =>
      connectFields(keys, secret, {
        cid: `${keys.deviceKey}{ip=10.0.0.5,version=enos-mqtt-0.2.2,compress=DEFAULT}`,
        timestamp: '1795423346623',
      }),
    packet: { clean: true, keepalive: 60 },
    request: (id, part, params) => JSON.stringify({ method: `ota.device.${part}`, id, params, version: '1.1' }),
    waitsForSuback: true,
  },
  {
    name: 'C',
    connect: (keys, secret) =>
      upper(connectFields(keys, secret, { cid: `${keys.productKey}.${keys.deviceKey}`, timestamp: '2524608000000' })),
    packet: { clean: false, keepalive: 120 },
    request: (id, part, params) => JSON.stringify({ id, version: '1.0', method: `ota.device.${part}`, params }),
    waitsForSuback: true,
  },
]

/** Sends a request the way this SDK does, its own subscription included, and answers the reply. */
export async function askAs(
  sdk: SdkShape,
  wire: Wire,
  keys: WireKeys,
  part: 'inform' | 'progress' | 'getversion',
  params: object,
  id = '1',
): Promise<unknown> {
  const topic = `/sys/${keys.productKey}/${keys.deviceKey}/ota/device/${part}`
  wire.subscribe(`${topic}_reply`)
  if (sdk.waitsForSuback) await wire.packet('suback')
  wire.publish(topic, sdk.request(id, part, params))
  return wire.message(`${topic}_reply`)
}
