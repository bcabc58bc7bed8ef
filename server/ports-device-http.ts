import type { TLSSocket } from 'node:tls'

import type { DeviceKeys } from '#contract/device/topics.ts'
import type { DeviceIdentity } from '#server/ports.ts'

/** Where a request came from. */
export interface Origin {
  address: string
  /** Over TLS, here or at the proxy in front. */
  secure: boolean
  /** The socket itself, where TLS ends here: the other side may have shown a certificate. */
  socket?: TLSSocket | undefined
}

/** What a device is answered. Its SDK reads the body whatever the HTTP status, so a refusal is a code in the body. */
export interface DeviceAnswer {
  code: number
  body: string
  /** A command that rides on the headers of this answer, and of no other. */
  command?: { topic: string; payload: string } | undefined
  /** Seconds after which it is worth asking again. */
  retryAfterSeconds?: number
}

/** What the channel offers to the routes of the HTTP integration. Rejects only when nothing could be kept. */
export interface DeviceHttp {
  /** Judges an auth message and opens a session. */
  authenticate(keys: DeviceKeys, body: Uint8Array, origin: Origin): Promise<DeviceAnswer>
  /** Takes a message; answers once it is durable. */
  receive(sessionId: string, topic: string, body: Uint8Array, origin: Origin): Promise<DeviceAnswer>
  /** The device that holds this session; undefined when it has ended or was never opened. */
  identify(sessionId: string, origin: Origin): Promise<DeviceIdentity | undefined>
  /** Whether the connection itself proved to be of another device than this one. */
  isAnother(origin: Origin, device: DeviceKeys): boolean
}
