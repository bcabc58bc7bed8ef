import type { Endpoint } from '#contract/endpoint.ts'
import { endpoints } from '#contract/index.ts'

/** Everyone who calls in the cases; both backends know them by these addresses and one password. */
export type Who =
  | 'viewer'
  | 'operator'
  | 'approver'
  | 'admin'
  | 'support'
  | 'platformAdmin'
  /** Operator of another organisation. */
  | 'neighbour'

export interface Message {
  method: string
  path: string
  headers?: Record<string, string>
  body?: string | Uint8Array<ArrayBuffer>
}

export interface Answer {
  status: number
  headers: Headers
  /** Parsed when it is JSON, else undefined. */
  json: unknown
  bytes: Uint8Array
}

/** What the cases need of the mock and of the server alike. */
export interface Backend {
  readonly name: string
  readonly password: string
  emailOf(who: Who): string
  /** Begins with people, memberships and organisations, and nothing else. */
  open(): Promise<void>
  close(): Promise<void>
  /** @param who null sends without a session */
  send(who: Who | null, message: Message): Promise<Answer>
  /** The device connects, says which version it runs, and stays online or goes. */
  informs(deviceId: string, version: string, stays: boolean): Promise<void>
  /** The device, which is online, reports progress: 0..100, or a failure code. */
  progresses(deviceId: string, step: number): Promise<void>
  /** Resolves when everything that follows from what was done has happened: pushes are made, events told. */
  settled(): Promise<void>
  /** Opens a live stream; resolves when it stands. */
  listen(who: Who, path: string, headers?: Record<string, string>): Promise<Listening>
}

export interface Listening {
  /** What the stream has said when it has said this; fails when it ends or is silent for too long. */
  until(said: string): Promise<string>
  /** Reads on; true when the other side ends it, false when it goes on for too long. */
  isEnded(): Promise<boolean>
  end(): Promise<void>
}

export interface Input {
  params?: Record<string, string>
  query?: Record<string, string>
  body?: unknown
}

export function endpointNamed(name: string): Endpoint {
  const endpoint = endpoints.get(name)
  if (!endpoint) throw new Error(`The contract has no endpoint ${name}`)
  return endpoint
}

/** A call of the contract as it travels. A body that is a string is sent as it is, for JSON that is none. */
export function messageOf({ method, path }: Endpoint, { params = {}, query, body }: Input): Message {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(params[name] ?? ''))
  const search = query ? `?${new URLSearchParams(query)}` : ''
  if (body === undefined) return { method, path: filled + search }
  return {
    method,
    path: filled + search,
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}

/** Reads a whole answer. */
export async function answerOf(response: Response): Promise<Answer> {
  const bytes = new Uint8Array(await response.arrayBuffer())
  const isJson = response.headers.get('content-type')?.includes('json') ?? false
  // the answer to HEAD names a type and has no body
  const json: unknown = isJson && bytes.length > 0 ? JSON.parse(new TextDecoder().decode(bytes)) : undefined
  return { status: response.status, headers: response.headers, json, bytes }
}
