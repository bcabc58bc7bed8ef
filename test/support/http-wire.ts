import { once } from 'node:events'
import { request, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import { request as requestSecurely, type RequestOptions } from 'node:https'
import { connect } from 'node:net'

import { signAuth } from '#contract/device/http.ts'
import type { DeviceKeys } from '#contract/device/topics.ts'

/*
 * Bare HTTP as the vendor's Java HTTP SDK sends it: a base address with a slash at its end, so that paths begin with
 * two, and a `fileUri` that is not escaped.
 */

export interface WireAnswer {
  status: number
  headers: IncomingHttpHeaders
  body: Buffer
  /** Undefined when the body is not JSON. */
  json: { id?: unknown; code?: number; data?: unknown; message?: string } | undefined
}

function jsonOf(body: Buffer): WireAnswer['json'] {
  try {
    return JSON.parse(body.toString()) as WireAnswer['json']
  } catch {
    return undefined
  }
}

/** A port, and with it what a client of TLS trusts and shows. */
export type Target = number | ({ port: number } & Pick<RequestOptions, 'ca' | 'cert' | 'key'>)

/** One request, the path exactly as given. */
export async function ask(
  target: Target,
  method: string,
  path: string,
  { headers = {}, body }: { headers?: Record<string, string>; body?: string | Buffer } = {},
): Promise<WireAnswer> {
  const to = { host: '127.0.0.1', method, path, headers, agent: false }
  const sent = typeof target === 'number' ? request({ ...to, port: target }) : requestSecurely({ ...to, ...target })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const pieces: Buffer[] = []
  for await (const piece of response) pieces.push(piece as Buffer)
  const whole = Buffer.concat(pieces)
  return { status: response.statusCode ?? 0, headers: response.headers, body: whole, json: jsonOf(whole) }
}

/** Writes bytes to a socket of its own and resolves with all that comes back until the other side ends it. */
export function exchange(port: number, ...pieces: (string | Buffer)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  for (const piece of pieces) socket.write(piece)
  let heard = ''
  socket.on('data', (data: Buffer) => (heard += data.toString('latin1')))
  // an end by force is an end as well
  socket.on('error', () => undefined)
  return new Promise((resolve) => socket.once('close', () => resolve(heard)))
}

/** A piece of a body whose length is not announced. */
export const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`

/** The auth message of the SDK's version 0.2.1, with `changes` over it. */
export function authBody(
  keys: DeviceKeys,
  secret: string,
  changes: Record<string, unknown> & { lifetime?: number | string } = {},
): string {
  const lifetime = String(changes.lifetime ?? 300_000)
  return JSON.stringify({
    signMethod: 'sha256',
    lifetime: 300_000,
    sign: signAuth(keys, { signMethod: 'sha256', lifetime }, secret),
    clientInfo: { ipAddress: '10.0.0.5', sdkVersion: 'enos-http-0.2.1' },
    acceptCommandTypes: [],
    ...changes,
  })
}

const JSON_UTF8 = { 'content-type': 'application/json; charset=utf-8' }

export const authenticate = (target: Target, keys: DeviceKeys, body: string): Promise<WireAnswer> =>
  ask(target, 'POST', `//auth/${keys.productKey}/${keys.deviceKey}`, { headers: JSON_UTF8, body })

/** Sends an envelope to a topic; what is not text is written as JSON. */
export const publish = (target: Target, sessionId: string, topic: string, message: unknown): Promise<WireAnswer> =>
  ask(target, 'POST', `//topic${topic}?sessionId=${sessionId}`, {
    headers: JSON_UTF8,
    body: typeof message === 'string' || Buffer.isBuffer(message) ? message : JSON.stringify(message),
  })

export const sessionOf = ({ json }: WireAnswer): string => {
  const { sessionId } = (json?.data ?? {}) as { sessionId?: unknown }
  if (typeof sessionId !== 'string') throw new Error(`No session: ${JSON.stringify(json)}`)
  return sessionId
}

/** The command on the headers of an answer, read as the SDK reads it. */
export function commandOf({ headers }: WireAnswer) {
  const payload = headers['command-payload']
  if (payload === undefined) return undefined
  return { topic: headers['topic'], ...(JSON.parse(String(payload)) as { id: string; method: string; params: object }) }
}
