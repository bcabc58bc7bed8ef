import { DeviceKey, ProductKey } from '../manage/common.ts'
import { parseSignMethod, sign, type SignMethod } from './sign.ts'
import type { DeviceKeys } from './topics.ts'

/** Whose secret signs: 2 is the device's own, 3 the product's, with which a device asks for its own once. */
export type SecureMode = 2 | 3

/** What a CONNECT says of itself. `cid` and `timestamp` are opaque text: SDKs send floats and constants. */
export interface ConnectIdentity extends DeviceKeys {
  cid: string
  secureMode: SecureMode
  signMethod: SignMethod
  timestamp: string
}

export type ConnectReading =
  | { ok: true; identity: ConnectIdentity }
  | { ok: false; malformed: 'clientId' | 'username'; why: string }

const CLIENT_ID_MAX_CHARACTERS = 512
const CLIENT_ID = /^([^|]+)\|([^|]*)\|$/s
/** The Java SDK's way of asking for compressed payloads, inside its `cid`. */
const COMPRESSED = /[{,]\s*compress=(?!DEFAULT\b)\w/

const malformedId = (why: string): ConnectReading => ({ ok: false, malformed: 'clientId', why })

/** `DK&PK`, or undefined when either is not a key. */
export function parseUsername(username: string): DeviceKeys | undefined {
  const [deviceKey = '', productKey = '', ...rest] = username.split('&')
  if (rest.length > 0 || !DeviceKey.safeParse(deviceKey).success) return undefined
  return ProductKey.safeParse(productKey).success ? { productKey, deviceKey } : undefined
}

function parsePairs(text: string): Map<string, string> {
  const pairs = text.split(',').map((pair): [string, string] => {
    const at = pair.indexOf('=')
    return at < 0 ? [pair.trim(), ''] : [pair.slice(0, at).trim(), pair.slice(at + 1).trim()]
  })
  return new Map(pairs)
}

/** Reads clientId and username of a CONNECT. The device is whom the username names; the id varies by SDK. */
export function parseConnect(clientId: string, username: string): ConnectReading {
  const keys = parseUsername(username)
  if (!keys) return { ok: false, malformed: 'username', why: 'The user name is not deviceKey&productKey' }
  if (clientId.length > CLIENT_ID_MAX_CHARACTERS) return malformedId('The client id is too long')
  const [, cid, text] = CLIENT_ID.exec(clientId) ?? []
  if (cid === undefined || text === undefined) return malformedId('The client id is not "id|name=value,...|"')
  if (COMPRESSED.test(cid)) return malformedId('Compressed payloads are not supported')
  const pairs = parsePairs(text)
  const signMethod = parseSignMethod(pairs.get('signmethod') ?? '')
  const secureMode = pairs.get('securemode')
  const timestamp = pairs.get('timestamp')
  if (!signMethod) return malformedId('The sign method is unknown')
  if (secureMode !== '2' && secureMode !== '3') return malformedId('The secure mode is neither 2 nor 3')
  if (timestamp === undefined) return malformedId('The client id has no timestamp')
  return { ok: true, identity: { ...keys, cid, signMethod, timestamp, secureMode: secureMode === '2' ? 2 : 3 } }
}

/** The signature that the holder of `secret` puts into the password. */
export const signConnect = (identity: ConnectIdentity, secret: string): string =>
  sign(
    identity.signMethod,
    {
      clientId: identity.cid,
      deviceKey: identity.deviceKey,
      productKey: identity.productKey,
      timestamp: identity.timestamp,
    },
    secret,
  )

/** The three fields of a CONNECT, for whoever logs in. */
export const formatConnect = (
  identity: ConnectIdentity,
  secret: string,
): { clientId: string; username: string; password: string } => ({
  clientId: `${identity.cid}|securemode=${identity.secureMode},signmethod=${identity.signMethod},timestamp=${identity.timestamp}|`,
  username: `${identity.deviceKey}&${identity.productKey}`,
  password: signConnect(identity, secret),
})
