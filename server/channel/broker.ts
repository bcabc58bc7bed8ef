import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'

import { Aedes, type AedesOptions, type AuthenticateError, type AuthErrorCode, type Client } from 'aedes'

import type { Logger } from '#server/ports.ts'
import { limits } from './config.ts'
import { createMqttConnection, type ConnectionDeps, type MqttConnection } from './mqtt-connection.ts'
import { certificateOf } from './tls.ts'

/*
 * aedes as the bearer of MQTT and of nothing else: it parses, keeps alive and acknowledges. It routes nothing between
 * devices, keeps no subscription and no retained message. Its hooks must not throw: an exception would end the process.
 */

/** Fan-out that never happens: what reaches a device is handed to its own connection. */
const noEmitter = {
  on: (_topic: string, _deliver: unknown, done?: () => void) => done?.(),
  removeListener: (_topic: string, _deliver: unknown, done?: () => void) => done?.(),
  emit: (_packet: unknown, done?: () => void) => done?.(),
  close: (done?: () => void) => done?.(),
}

const refusal = (returnCode: number, message: string): AuthenticateError =>
  Object.assign(new Error(message), { returnCode: returnCode as AuthErrorCode })

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))

export interface Broker {
  /** Takes over a socket that has just been accepted. */
  accept(socket: Socket | TLSSocket): void
  /** Ends the connections that showed a certificate: they come back and are judged by what holds now. */
  dropCertified(): void
  close(): Promise<void>
}

type Hooks = Required<Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe'>>

function hooksFor(connections: WeakMap<Client, MqttConnection>, log: Logger): Hooks {
  const guarded = <T>(what: string, otherwise: T, run: () => T): T => {
    try {
      return run()
    } catch (error) {
      log.error({ err: error }, `The channel failed in ${what}`)
      return otherwise
    }
  }
  return {
    preConnect: (client, packet, done) => {
      const connection = connections.get(client)
      done(
        null,
        guarded('preConnect', false, () => connection !== undefined && (connection.connecting(packet), true)),
      )
    },
    authenticate: (client, _username, password, done) => {
      const answered = connections.get(client)?.authenticate(password?.toString() ?? '') ?? Promise.resolve(5)
      answered.then(
        (code) => (code === 0 ? done(null, true) : done(refusal(code, 'The connection is refused'), null)),
        (error: unknown) => {
          log.error({ err: error }, 'A login could not be judged')
          done(refusal(3, 'Not available'), null)
        },
      )
    },
    authorizePublish: (client, packet, done) => {
      const connection = client && connections.get(client)
      if (!connection) return done(new Error('Not a device'))
      packet.retain = false
      connection.receive(packet.topic, packet.payload).then(
        (answer) => {
          // the acknowledgement goes out in this call, the answer after it
          done(null)
          if (answer) connection.send(answer.topic, answer.payload)
        },
        (error: unknown) => {
          log.error({ err: error }, 'A message could not be kept; its connection ends unacknowledged')
          done(asError(error))
        },
      )
    },
    authorizeSubscribe: (client, subscription, done) => {
      const allowed = guarded(
        'authorizeSubscribe',
        false,
        () => connections.get(client)?.maySubscribe(subscription.topic) ?? false,
      )
      done(null, allowed ? subscription : null)
    },
  }
}

function remember(sockets: Set<TLSSocket>, socket: TLSSocket): void {
  sockets.add(socket)
  socket.once('close', () => sockets.delete(socket))
}

/** Starts the broker; sockets are handed to it by `accept`. */
export async function startBroker(deps: ConnectionDeps): Promise<Broker> {
  const connections = new WeakMap<Client, MqttConnection>()
  const secured = new Set<TLSSocket>()
  const aedes = new Aedes({
    ...hooksFor(connections, deps.log),
    mq: noEmitter,
    connectTimeout: deps.config.connectMs ?? limits.connectMs,
    drainTimeout: limits.drainMs,
    maxInflightInbound: limits.halfOpen,
  })
  aedes.publish = (_packet: unknown, client: unknown, done?: unknown) => {
    const callback = typeof client === 'function' ? client : done
    if (typeof callback === 'function') callback()
  }
  await aedes.listen()
  aedes.on('clientReady', (client) => connections.get(client)?.ready())
  const quiet = (_client: Client, error: Error) =>
    deps.log.debug({ reason: error.message }, 'A device connection failed')
  aedes.on('clientError', quiet)
  aedes.on('connectionError', quiet)

  return {
    accept(socket) {
      if (socket.destroyed) return
      const connection = createMqttConnection(socket, deps)
      const client = aedes.handle(socket)
      connections.set(client, connection)
      if (socket instanceof TLSSocket) remember(secured, socket)
      connection.attach(client)
    },
    dropCertified() {
      for (const socket of secured) if (certificateOf(socket)) socket.destroy()
    },
    close: () => new Promise((resolve) => aedes.close(() => resolve())),
  }
}
