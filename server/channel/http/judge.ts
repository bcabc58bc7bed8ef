import type { TLSSocket } from 'node:tls'

import { type AuthMessage, signAuth } from '#contract/device/http.ts'
import { signatureMatches } from '#contract/device/sign.ts'
import type { DeviceKeys } from '#contract/device/topics.ts'
import { DeviceKey, ProductKey } from '#contract/manage/common.ts'
import type { Origin } from '#server/ports-device-http.ts'
import type { DeviceCredentials, DeviceDirectory } from '#server/ports.ts'
import { certificateOf, names } from '../tls.ts'
import type { SessionClaims } from './session-id.ts'

interface Refusal {
  ok: false
  /** For the counters. */
  reason: string
  message: string
}
export type Judged = { ok: true; credentials: DeviceCredentials } | Refusal

const refuse = (reason: string, message: string): Refusal => ({ ok: false, reason, message })

/** Unknown device and wrong signature get one answer, so that nobody learns which devices exist. */
const WRONG = refuse('wrongSignature', 'The device or its signature is not known')
export const ENDED = refuse('sessionEnded', 'The session has ended or was never opened: authenticate again')

const known = async (directory: DeviceDirectory, { productKey, deviceKey }: DeviceKeys) =>
  ProductKey.safeParse(productKey).success && DeviceKey.safeParse(deviceKey).success
    ? directory.credentials(productKey, deviceKey)
    : undefined

/** What is asked of whoever holds the right secret. */
export interface DoorTerms {
  directory: DeviceDirectory
  /** On a port where TLS ends here, every device shows a certificate, as it does over MQTT. */
  asksForCertificate?: boolean | undefined
}

/** A certificate counts on top of the signature; one that is shown has to be good, and this device's. */
function certificateHolds(socket: TLSSocket | undefined, device: DeviceKeys, isAsked: boolean): boolean {
  if (!socket) return true
  const certificate = certificateOf(socket)
  return certificate ? socket.authorized && names(certificate, device) : !isAsked
}

/** Whether the connection proved to be of another device: a certificate that is not good proves nothing. */
export function isAnother({ socket }: Origin, device: DeviceKeys): boolean {
  const certificate = socket?.authorized ? certificateOf(socket) : undefined
  return certificate !== undefined && !names(certificate, device)
}

/** What the holder of the right secret is told. */
function admit(credentials: DeviceCredentials, { secure, socket }: Origin, isAsked = false): Judged {
  if (!credentials.enabled) return refuse('deviceDisabled', 'The device is disabled')
  if (credentials.tlsRequired && !secure) return refuse('tlsRequired', 'The product allows HTTPS only')
  if (!certificateHolds(socket, credentials, isAsked))
    return refuse('foreignCertificate', 'The certificate is missing, not accepted, or of another device')
  return { ok: true, credentials }
}

/** Decides on an auth message. @throws whatever the directory throws */
export async function judgeAuth(
  { directory, asksForCertificate }: DoorTerms,
  keys: DeviceKeys,
  message: AuthMessage,
  origin: Origin,
): Promise<Judged> {
  const credentials = await known(directory, keys)
  const matches = signatureMatches(signAuth(keys, message, credentials?.deviceSecret ?? ''), message.sign)
  if (!matches || !credentials?.deviceSecret) return WRONG
  return admit(credentials, origin, asksForCertificate)
}

/**
 * Decides on a session that was opened here or in another process: the device as it was then, with the secret that it
 * had then, and as it may connect now.
 */
export async function judgeSession(
  { directory, asksForCertificate }: DoorTerms,
  claims: SessionClaims,
  origin: Origin,
): Promise<Judged> {
  const credentials = await known(directory, claims)
  const isSame = credentials?.deviceId === claims.deviceId && credentials.secretGeneration === claims.generation
  return credentials && isSame ? admit(credentials, origin, asksForCertificate) : ENDED
}

/** @param lastUse epoch milliseconds, undefined where it is not remembered */
export const isAlive = (claims: SessionClaims, lastUse: number | undefined, marginMs: number, now: number): boolean =>
  now <= Math.max(claims.issuedAt, lastUse ?? 0) + claims.lifetimeMs + marginMs
