import { z } from 'zod'

import { Code, type Reading, refused } from './codes.ts'
import { parseKeepingNumbers } from './json.ts'

/*
 * The envelope of every message, in both directions. Numbers arrive here as the text that was sent (see json.ts), so
 * "a string or a number" is simply text. Unknown fields, `version` and `method` are ignored: the SDKs disagree on them.
 */

const ID_MAX_CHARACTERS = 256

const Id = z.string().max(ID_MAX_CHARACTERS).nullish()
const Request = z.object({ id: Id, params: z.unknown().optional() })
const Integer = z.string().regex(/^-?\d{1,9}$/)
const Answer = z.object({ id: Id, code: Integer, data: z.unknown().optional(), message: z.string().nullish() })

export interface Answered {
  code: number
  data: unknown
  message: string
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

const EARLY_ID = /"id"\s*:\s*"([^"\\]{1,64})"/

/** The id of a message that is too large to be read, if it stands near the beginning. */
const peekId = (payload: Uint8Array): string =>
  EARLY_ID.exec(Buffer.from(payload.subarray(0, 1_024)).toString())?.[1] ?? ''

/** Turns bytes into JSON whose numbers are text, or says with the protocol's code why not. */
export function readJson(payload: Uint8Array, maxBytes: number): Reading<unknown> {
  if (payload.length === 0) return refused(Code.emptyPayload, 'The message is empty')
  if (payload.length > maxBytes) {
    return refused(Code.tooLarge, `The message is larger than ${maxBytes} bytes`, peekId(payload))
  }
  try {
    return { ok: true, id: '', value: parseKeepingNumbers(utf8.decode(payload)) }
  } catch {
    return refused(Code.badJson, 'The message is not JSON in UTF-8')
  }
}

/** Reads a request's `params`. */
export function readRequest(payload: Uint8Array, maxBytes: number): Reading<unknown> {
  const json = readJson(payload, maxBytes)
  if (!json.ok) return json
  const request = Request.safeParse(json.value)
  if (!request.success) return refused(Code.badParameter, 'The message is not an object with an id and params')
  return { ok: true, id: request.data.id ?? '', value: request.data.params }
}

/** Reads an answer; Python sends its own codes as strings. */
export function readAnswer(payload: Uint8Array, maxBytes: number): Reading<Answered> {
  const json = readJson(payload, maxBytes)
  if (!json.ok) return json
  const answer = Answer.safeParse(json.value)
  if (!answer.success) return refused(Code.badParameter, 'The answer has no id or no numeric code')
  const { id, code, data, message } = answer.data
  return { ok: true, id: id ?? '', value: { code: Number(code), data, message: message ?? '' } }
}

/** `id` is always a string: two SDKs lose an answer whose id is a number. */
export const formatRequest = (id: string, method: string, params: object): string =>
  JSON.stringify({ id, version: '1.0', method, params })

/** `data` is an object or a list, never a bare word: that ends the process of a device with the Node.js SDK. */
export const formatAnswer = (id: string, code: number, message: string, data: object = {}): string =>
  JSON.stringify({ id, code, data, message })
