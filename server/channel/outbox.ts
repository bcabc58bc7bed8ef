import type { Socket } from 'node:net'

import type { Client } from 'aedes'

import { limits } from './config.ts'
import type { Outgoing } from './inbox.ts'

/** What goes out to one connection. One way and one QoS: aedes loses messages where two are mixed. */
export interface Outbox {
  /** Writes at once, subscribed or not. */
  send(topic: string, payload: string): void
  /** Writes as soon as the device listens for commands. */
  command(topic: string, payload: string): void
  /** From now on it does. */
  listens(): void
}

const noop = () => undefined

/** @param endsUnread called when the device does not read what is written for it */
export function createOutbox(socket: Socket, client: () => Client | undefined, endsUnread: () => void): Outbox {
  let waiting: Outgoing[] | undefined = []

  const send = (topic: string, payload: string) => {
    if (socket.destroyed) return
    if (socket.writableLength > limits.unreadBytes) return endsUnread()
    client()?.publish({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false }, noop)
  }

  return {
    send,
    command(topic, payload) {
      if (!waiting) return send(topic, payload)
      // a push that is repeated before it went out is one push
      if (!waiting.some((message) => message.payload === payload)) waiting.push({ topic, payload })
    },
    listens() {
      const messages = waiting ?? []
      waiting = undefined
      for (const { topic, payload } of messages) send(topic, payload)
    },
  }
}
