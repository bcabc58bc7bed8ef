import { type ConnectIdentity, parseConnect, signConnect } from '#contract/device/connect.ts'
import { isWeak, signatureMatches } from '#contract/device/sign.ts'
import type { DeviceCredentials, DeviceDirectory } from '#server/ports.ts'
import { names, type Certificate } from './tls.ts'

/** The fields of a CONNECT, and how it came. */
export interface LoginRequest {
  clientId: string
  username: string
  password: string
  secure: boolean
  /** What the connection proved to hold, in addition to the signature. */
  certificate?: Certificate | undefined
}

/** Return codes of a CONNACK, MQTT 3.1.1 section 3.2.2.3. */
export type ReturnCode = 2 | 3 | 4 | 5

/** `session`: the device itself. `activation`: someone with the product's secret who asks for the device's own, once. */
export type LoginOutcome =
  | { ok: true; kind: 'session' | 'activation'; credentials: DeviceCredentials }
  | { ok: false; returnCode: ReturnCode; reason: string }

const refuse = (returnCode: ReturnCode, reason: string): LoginOutcome => ({ ok: false, returnCode, reason })

/** Unknown device and wrong signature get one answer, so that nobody learns which devices exist. */
const WRONG = refuse(4, 'wrongSignature')

function signatureHolds(
  identity: ConnectIdentity,
  credentials: DeviceCredentials | undefined,
  password: string,
): boolean {
  const secret = identity.secureMode === 2 ? credentials?.deviceSecret : credentials?.productSecret
  const matches = signatureMatches(signConnect(identity, secret ?? ''), password)
  return matches && secret !== undefined && secret !== ''
}

function judge(
  identity: ConnectIdentity,
  credentials: DeviceCredentials,
  { secure, certificate }: LoginRequest,
): LoginOutcome {
  if (!credentials.enabled) return refuse(5, 'deviceDisabled')
  if (credentials.tlsRequired && !secure) return refuse(5, 'tlsRequired')
  if (certificate && !names(certificate, identity)) return refuse(5, 'certificateOfAnother')
  if (identity.secureMode === 2) return { ok: true, kind: 'session', credentials }
  if (!credentials.dynamicActivation) return refuse(5, 'activationNotAllowed')
  if (credentials.activated) return refuse(5, 'alreadyActivated')
  return { ok: true, kind: 'activation', credentials }
}

/**
 * Decides on a CONNECT. What a refusal is for is told only to whoever holds the right secret.
 * @throws whatever the directory throws
 */
export async function judgeLogin(
  directory: DeviceDirectory,
  request: LoginRequest,
  allowWeakSign: boolean,
): Promise<LoginOutcome> {
  const reading = parseConnect(request.clientId, request.username)
  if (!reading.ok) return refuse(reading.malformed === 'clientId' ? 2 : 4, `malformed_${reading.malformed}`)
  const { identity } = reading
  if (isWeak(identity.signMethod) && !allowWeakSign) return refuse(5, 'weakSignature')
  const credentials = await directory.credentials(identity.productKey, identity.deviceKey)
  if (!signatureHolds(identity, credentials, request.password) || !credentials) return WRONG
  return judge(identity, credentials, request)
}
