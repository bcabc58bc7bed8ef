import { z } from 'zod'

import { Code, type Reading, refused } from './codes.ts'
import { readJson } from './envelope.ts'
import { isWeak, parseSignMethod, sign, type SignMethod } from './sign.ts'
import type { DeviceKeys } from './topics.ts'

/*
 * The HTTP integration, section 4 of the protocol: an auth message that opens a session, the envelope of MQTT as body
 * of a POST, and commands that ride on the headers of an answer.
 */

/** Milliseconds. Longer than any SDK asks for; a session also ends with its device's secret. */
const LIFETIME_MAX_MS = 30 * 86_400_000
const UPGRADES = 'CMD_OTA_UPGRADE'

/** A number arrives as the text that was sent, and in this text it is part of what is signed. */
const Lifetime = z
  .string()
  .regex(/^\d{1,10}$/)
  .refine((text) => Number(text) >= 1 && Number(text) <= LIFETIME_MAX_MS)
const Auth = z.object({
  signMethod: z.string(),
  lifetime: Lifetime,
  sign: z.string().max(256),
  acceptCommandTypes: z.unknown().optional(),
})

/** What a device says to open a session. */
export interface AuthMessage {
  /** As sent, like `lifetime`: the signature is made over both. */
  signMethod: string
  /** Milliseconds. */
  lifetime: string
  sign: string
  /** Upgrades may be handed to it: SDKs that say nothing, and the official sample with its empty list, take them. */
  takesUpgrades: boolean
}

const takesUpgrades = (types: unknown): boolean =>
  !Array.isArray(types) || types.length === 0 || types.includes(UPGRADES)

const methodOf = (name: string): SignMethod | undefined => {
  const method = parseSignMethod(name)
  return method && !isWeak(method) ? method : undefined
}

/** Reads an auth message; what it signs is left as text. */
export function readAuth(payload: Uint8Array, maxBytes: number): Reading<AuthMessage> {
  const json = readJson(payload, maxBytes)
  if (!json.ok) return json
  const auth = Auth.safeParse(json.value)
  if (!auth.success)
    return refused(Code.badParameter, 'signMethod, lifetime (1 ms to 30 days) or sign is missing or wrong')
  if (!methodOf(auth.data.signMethod)) return refused(Code.badParameter, 'The sign method has to be sha256')
  const { acceptCommandTypes, ...signed } = auth.data
  return { ok: true, id: '', value: { ...signed, takesUpgrades: takesUpgrades(acceptCommandTypes) } }
}

/** The signature of an auth message, lower-case hex, by the holder of `secret`. */
export const signAuth = (
  { productKey, deviceKey }: DeviceKeys,
  { signMethod, lifetime }: Pick<AuthMessage, 'signMethod' | 'lifetime'>,
  secret: string,
): string => sign(methodOf(signMethod) ?? 'sha256', { deviceKey, lifetime, productKey, signMethod }, secret)

/** `data` is there in any case, so that an SDK that looks into it before the code does not fall over. */
export const formatAuthAnswer = (code: number, message: string, sessionId?: string): string =>
  JSON.stringify({ code, data: sessionId === undefined ? {} : { sessionId }, message })

/** An answer about a file: here, and only here, the SDK wants an integer as id and text as data. */
export const formatFileAnswer = (code: number, message: string, data = ''): string =>
  JSON.stringify({ id: 1, code, data, message })

/** Names of the headers that carry a command; an SDK looks for both. */
export const COMMAND_HEADERS = { payload: 'command-payload', topic: 'topic' } as const

/** JSON that may stand in a header: one line of printable ASCII that says the same. */
export const toHeaderJson = (json: string): string =>
  json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

/**
 * What a device may name a file by: the link of its upgrade as it stands (the official sample hands it on), or the same
 * two parts under a scheme that only this integration resolves.
 */
const FILE_URI = /^(?:enos-(?:connect|lark):\/\/|https?:\/\/[^/?#]+\/files\/)([0-9a-f-]{36})\/([\w-]{1,512})$/i

/** Firmware and link token that a `fileUri` names; undefined when it names none of ours. */
export function parseFileUri(fileUri: string): { firmwareId: string; token: string } | undefined {
  const [, firmwareId, token] = FILE_URI.exec(fileUri) ?? []
  return firmwareId && token ? { firmwareId: firmwareId.toLowerCase(), token } : undefined
}

export const formatFileUri = (firmwareId: string, token: string): string => `enos-connect://${firmwareId}/${token}`
