import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

import { generate, type IConnackPacket, type IPublishPacket, type Packet, parser } from 'mqtt-packet'

import { formatConnect, type ConnectIdentity } from '#contract/device/connect.ts'

/*
 * A device made of a socket and bare packets, so that a test can say exactly what a vendor's SDK puts on the wire.
 */

export interface WireKeys {
  productKey: string
  deviceKey: string
}

/** The fields of a CONNECT as the Python SDK would fill them, changed by `changes`. */
export function connectFields(keys: WireKeys, secret: string, changes: Partial<ConnectIdentity> = {}) {
  const identity: ConnectIdentity = {
    productKey: keys.productKey,
    deviceKey: keys.deviceKey,
    cid: keys.deviceKey,
    secureMode: 2,
    signMethod: 'sha256',
    timestamp: '1700000000000',
    ...changes,
  }
  return formatConnect(identity, secret)
}

export type Wire = Awaited<ReturnType<typeof openWire>>

/** Opens a socket; nothing is sent yet. */
export async function openWire(port: number, dial: (port: number) => Socket = (at) => connect(at, '127.0.0.1')) {
  const socket = dial(port)
  const arrived: Packet[] = []
  const waiting: {
    matches: (packet: Packet) => boolean
    resolve: (packet: Packet) => void
    reject: (error: Error) => void
  }[] = []
  const reader = parser()
  let isClosed = false
  reader.on('packet', (packet: Packet) => {
    const at = waiting.findIndex((waiter) => waiter.matches(packet))
    if (at < 0) arrived.push(packet)
    else waiting.splice(at, 1)[0]?.resolve(packet)
  })
  socket.on('data', (chunk) => reader.parse(chunk))
  socket.on('error', () => undefined)
  const closed = new Promise<void>((resolve) => {
    socket.once('close', () => {
      isClosed = true
      for (const waiter of waiting.splice(0)) waiter.reject(new Error('The server closed the connection'))
      resolve()
    })
  })
  await once(socket, 'connect')

  const next = (matches: (packet: Packet) => boolean): Promise<Packet> => {
    const at = arrived.findIndex(matches)
    const found = at < 0 ? undefined : arrived.splice(at, 1)[0]
    if (found) return Promise.resolve(found)
    if (isClosed) return Promise.reject(new Error('The server closed the connection'))
    return new Promise((resolve, reject) => waiting.push({ matches, resolve, reject }))
  }

  let messageId = 0
  const wire = {
    socket,
    closed,
    arrived,
    next,
    send: (packet: Packet) => void socket.write(generate(packet)),
    sendRaw: (bytes: Buffer) => void socket.write(bytes),
    /** The next packet of this kind. */
    packet: (cmd: Packet['cmd']) => next((packet) => packet.cmd === cmd),
    /** The next message on a topic, as JSON. */
    async message(topic: string): Promise<unknown> {
      const packet = await next((candidate) => candidate.cmd === 'publish' && candidate.topic === topic)
      return JSON.parse((packet as IPublishPacket).payload.toString())
    },
    /** Sends a CONNECT; the answer is its return code. */
    async connect(
      fields: { clientId: string; username: string; password: string },
      changes: object = {},
    ): Promise<number> {
      wire.send({
        cmd: 'connect',
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
        keepalive: 60,
        ...fields,
        password: Buffer.from(fields.password),
        ...changes,
      })
      const answer = (await wire.packet('connack')) as IConnackPacket
      return answer.returnCode ?? -1
    },
    /** QoS 1; the answer is its message id. */
    publish(topic: string, payload: string | Buffer | object, qos: 0 | 1 | 2 = 1): number {
      messageId += 1
      const bytes = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload : JSON.stringify(payload)
      wire.send({ cmd: 'publish', topic, payload: bytes, qos, dup: false, retain: false, messageId })
      return messageId
    },
    subscribe(topic: string, qos: 0 | 1 = 1): number {
      messageId += 1
      wire.send({ cmd: 'subscribe', messageId, subscriptions: [{ topic, qos }] })
      return messageId
    },
    unsubscribe(topic: string): number {
      messageId += 1
      wire.send({ cmd: 'unsubscribe', messageId, unsubscriptions: [topic] })
      return messageId
    },
    /** Resolves when the server has worked through everything that was sent before. */
    async settle(): Promise<void> {
      wire.send({ cmd: 'pingreq' })
      await wire.packet('pingresp')
    },
    /** Drops the connection without a DISCONNECT. */
    drop: () => void socket.destroy(),
  }
  return wire
}
