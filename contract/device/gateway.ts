import { z } from 'zod'

import { DeviceKey, ProductKey } from '../manage/common.ts'
import { Code, type Reading, refused } from './codes.ts'
import { formatRequest, readRequest } from './envelope.ts'
import { isWeak, parseSignMethod, sign, signatureMatches, type SignMethod } from './sign.ts'
import { formatTopic, type DeviceKeys } from './topics.ts'

/*
 * What a gateway says for the devices behind it, section 5 of the protocol. Numbers are text here (see json.ts), so a
 * timestamp may have been either.
 */

const Keys = z.object({ productKey: ProductKey, deviceKey: DeviceKey })
const Text = z.string().max(256)
const Method = z
  .string()
  .transform(parseSignMethod)
  .refine((method) => method !== undefined)

/** What the holder of a sub-device's secret signed. */
const Signed = z.object({
  clientId: Text,
  timestamp: Text,
  sign: Text,
  // the C SDK writes the name in lower case when it adds to the topology
  signMethod: Method.optional(),
  signmethod: Method.optional(),
  secureMode: z.unknown().optional(),
  cleanSession: z.unknown().optional(),
})

/** A sub-device that asks to be let in, or into the topology. */
export interface SubDeviceLogin extends DeviceKeys {
  signMethod: SignMethod
  sign: string
  /** False when signed by its product's secret: that is taken only from a device with a connection of its own. */
  byOwnSecret: boolean
  /** Parameters that are signed in every SDK, and those that the vendor's page says are signed as well. */
  signed: { always: Record<string, string>; perhaps: Record<string, string> }
}

const Login = Keys.extend(Signed.shape)
const Batch = Signed.omit({ sign: true }).extend({
  subDevices: z
    .array(Keys.extend({ sign: Text, secureMode: z.unknown().optional() }))
    .min(1)
    .max(200),
})
const KeyList = z.array(Keys).min(1).max(200)

const STATIC_MODES: ReadonlySet<unknown> = new Set([undefined, null, '2', ''])

function loginOf(params: z.infer<typeof Login>): SubDeviceLogin | undefined {
  const { productKey, deviceKey, clientId, timestamp, secureMode, cleanSession } = params
  const signMethod = params.signMethod ?? params.signmethod
  if (!signMethod) return undefined
  const perhaps = Object.entries({ cleanSession, secureMode }).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  )
  return {
    productKey,
    deviceKey,
    signMethod,
    sign: params.sign,
    byOwnSecret: STATIC_MODES.has(secureMode),
    signed: { always: { clientId, deviceKey, productKey, timestamp }, perhaps: Object.fromEntries(perhaps) },
  }
}

const wrong = (id: string) => refused(Code.badParameter, 'The parameters of the sub-device are missing or wrong', id)

const allOrNone = (id: string, logins: (SubDeviceLogin | undefined)[]): Reading<SubDeviceLogin[]> => {
  const known = logins.filter((login) => login !== undefined)
  return known.length === logins.length ? { ok: true, id, value: known } : wrong(id)
}

const onlyStatic = (login: SubDeviceLogin | undefined) => (login?.byOwnSecret ? login : undefined)

/**
 * Reads `combine/login`, `combine/login/batch` or `thing/topo/add`: all name sub-devices with their signatures.
 * A batch may hold a device by its product's secret: it is for the answer to name it, and is no fault of the others.
 */
export function readSubDeviceLogins(payload: Uint8Array, maxBytes: number): Reading<SubDeviceLogin[]> {
  const request = readRequest(payload, maxBytes)
  if (!request.ok) return request
  const one = Login.safeParse(request.value)
  if (one.success) return allOrNone(request.id, [onlyStatic(loginOf(one.data))])
  const many = z.array(Login).min(1).max(200).safeParse(request.value)
  if (many.success)
    return allOrNone(
      request.id,
      many.data.map((params) => onlyStatic(loginOf(params))),
    )
  const batch = Batch.safeParse(request.value)
  if (!batch.success) return wrong(request.id)
  const { subDevices, ...shared } = batch.data
  return allOrNone(
    request.id,
    subDevices.map((device) => loginOf({ ...shared, ...device })),
  )
}

/** Reads the keys of one or several sub-devices: `combine/logout`, `thing/topo/delete`. */
export function readSubDevices(payload: Uint8Array, maxBytes: number): Reading<DeviceKeys[]> {
  const request = readRequest(payload, maxBytes)
  if (!request.ok) return request
  const keys = KeyList.safeParse(Array.isArray(request.value) ? request.value : [request.value])
  return keys.success ? { ok: true, id: request.id, value: keys.data } : wrong(request.id)
}

export const isWeakLogin = ({ signMethod }: SubDeviceLogin): boolean => isWeak(signMethod)

/** Whether the signature was made with `secret`, over what the SDKs sign or over what the vendor's page says. */
export function subDeviceSignatureMatches(
  { signMethod, sign: given, signed }: SubDeviceLogin,
  secret: string,
): boolean {
  const short = signatureMatches(sign(signMethod, signed.always, secret), given)
  const long = signatureMatches(sign(signMethod, { ...signed.always, ...signed.perhaps }, secret), given)
  return secret !== '' && (short || long)
}

/** Tells a gateway that devices behind it may not be used any more, or may again. */
export const formatCombine = (
  id: string,
  gateway: DeviceKeys,
  what: 'enable' | 'disable' | 'delete',
  devices: readonly DeviceKeys[],
): { topic: string; payload: string } => ({
  topic: formatTopic({ ...gateway, space: 'session', path: `combine/${what}` }),
  payload: formatRequest(
    id,
    `combine.${what}`,
    devices.map(({ productKey, deviceKey }) => ({ productKey, deviceKey })),
  ),
})
