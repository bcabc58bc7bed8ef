import { randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { TLSSocket } from 'node:tls'

import type { Client, ConnectPacket } from 'aedes'

import { type DeviceKeys, parseTopic } from '#contract/device/topics.ts'
import type { Topology } from '#server/ports-gateway.ts'
import type { Clock, DeviceCredentials, DeviceDirectory, DeviceIdentity, Logger } from '#server/ports.ts'
import { activation } from './activation.ts'
import { createBucket } from './bucket.ts'
import { type ChannelConfig, limits, rates } from './config.ts'
import type { Counters } from './counters.ts'
import type { Doorkeeper } from './doorkeeper.ts'
import { createGateway, type Gateway } from './gateway.ts'
import type { Inbox, Outgoing } from './inbox.ts'
import { judgeLogin, type LoginOutcome, type ReturnCode } from './login.ts'
import type { Login, Logins } from './logins.ts'
import { createOutbox } from './outbox.ts'
import { guardReads } from './paced-reads.ts'
import { createPacketGuard } from './packet-guard.ts'
import { shortName, type RefusalLog } from './refusal-log.ts'
import { certificateOf } from './tls.ts'

export interface ConnectionDeps {
  clock: Clock
  log: Logger
  directory: DeviceDirectory
  topology: Topology
  config: ChannelConfig
  counters: Counters
  doorkeeper: Doorkeeper
  tellRefusal: RefusalLog
  logins: Logins
  inbox: Inbox
}

/** One TCP or TLS connection and, once it is let in, the device behind it. */
export interface MqttConnection {
  attach(client: Client): void
  /** Before anything is known of the sender. */
  connecting(packet: ConnectPacket): void
  /** 0 lets the device in, anything else is the CONNACK's return code. */
  authenticate(password: string): Promise<0 | ReturnCode>
  /** CONNACK is out. */
  ready(): void
  receive(topic: string, payload: string | Buffer): Promise<Outgoing | undefined>
  maySubscribe(filter: string): boolean
  /** Writes to the device's own connection, subscribed or not. */
  send(topic: string, payload: string): void
}

const identityOf = ({ deviceId, orgId, productKey, deviceKey }: DeviceCredentials): DeviceIdentity => ({
  deviceId,
  orgId,
  productKey,
  deviceKey,
})

const isOf = (device: DeviceIdentity, keys: DeviceKeys): boolean =>
  device.productKey === keys.productKey && device.deviceKey === keys.deviceKey

/** Takes over a socket that the doorkeeper has let pass. */
export function createMqttConnection(socket: Socket | TLSSocket, deps: ConnectionDeps): MqttConnection {
  const { counters, doorkeeper, logins, log } = deps
  const address = socket.remoteAddress ?? ''
  const secure = socket instanceof TLSSocket
  const certificate = secure ? certificateOf(socket) : undefined
  const guard = createPacketGuard({ packetBytes: limits.connectBytes, skippedBytes: 0 })
  const packets = createBucket(deps.config.packets ?? rates.packets, deps.clock)
  let client: Client | undefined
  let connect = { clientId: '', username: '' }
  let login: Login | undefined
  let gateway: Gateway | undefined
  let activating: DeviceIdentity | undefined
  let subscriptions = 0
  let timer: NodeJS.Timeout | undefined

  const end = (why: string) => {
    if (socket.destroyed) return
    counters.count(`connection_ended_${why}`)
    log.debug({ device: connect.username, address, why }, 'Ended a device connection')
    client?.close()
    socket.destroy()
  }
  const outbox = createOutbox(
    socket,
    () => client,
    () => end('doesNotRead'),
  )

  const activate = async (device: DeviceIdentity) => {
    const told = await activation(deps.directory, device, address)
    if (!told) return end('alreadyActivated')
    counters.count('activated')
    log.info({ productKey: device.productKey, deviceKey: device.deviceKey }, 'A device was told its secret')
    outbox.send(told.topic, told.payload)
    timer = setTimeout(() => end('activationOver'), limits.activationMs).unref()
  }

  const listens = () => {
    outbox.listens()
    if (!activating) return
    activate(activating).catch((error: unknown) => {
      log.error({ err: error }, 'An activation could not be recorded')
      end('activationFailed')
    })
  }

  const admit = async ({ kind, credentials }: LoginOutcome & { ok: true }): Promise<void> => {
    guard.limits = { packetBytes: limits.packetBytes, skippedBytes: limits.skippedBytes }
    counters.count(`login_${kind}`)
    doorkeeper.known(socket)
    if (kind === 'activation') {
      activating = identityOf(credentials)
      return
    }
    const session = { id: randomUUID(), startedAt: deps.clock.now() }
    login = { device: identityOf(credentials), session, command: outbox.command, end }
    await logins.open(login)
    // a device that knows its own secret has no more use for its product's: nobody else may learn it that way
    if (!credentials.activated) await deps.directory.activate(credentials.deviceId, { address, isTold: false })
  }

  const refuse = (returnCode: ReturnCode, reason: string): ReturnCode => {
    doorkeeper.refused(reason, { device: connect.username, address })
    return returnCode
  }

  const authenticate = async (password: string): Promise<0 | ReturnCode> => {
    const attempt = logins.attempt()
    try {
      const outcome = await judgeLogin(
        deps.directory,
        { ...connect, password, secure, certificate },
        deps.config.allowWeakSign,
      )
      if (socket.destroyed) return 3
      if (!outcome.ok) return refuse(outcome.returnCode, outcome.reason)
      const { deviceId } = outcome.credentials
      if (attempt.isSpoiled(deviceId)) return refuse(5, 'dismissed')
      if (!doorkeeper.mayLogIn(deviceId)) return refuse(3, 'tooOften')
      await admit(outcome)
      return 0
    } finally {
      attempt.end()
    }
  }

  const loginOf = (keys: DeviceKeys): Login | undefined =>
    login && isOf(login.device, keys) ? login : gateway?.find(keys)

  const asGateway = (): Gateway | undefined => {
    if (login) gateway ??= createGateway(login, secure, { ...deps, address, allowWeakSign: deps.config.allowWeakSign })
    return gateway
  }

  guardReads(socket, { guard, pace: packets.spend, refused: () => end('packetTooLarge') })
  socket.setNoDelay(true)
  socket.setKeepAlive(true, limits.tcpKeepAliveMs)
  socket.once('close', () => {
    clearTimeout(timer)
    gateway?.close()
    if (login) logins.close(login)
  })

  return {
    attach: (attached) => {
      client = attached
    },
    connecting(packet) {
      connect = { clientId: packet.clientId, username: packet.username ?? '' }
      // who takes over from whom is decided after the signature, so aedes is given an id that it never sees twice
      packet.clientId = randomUUID()
      packet.clean = true
      if (packet.will) counters.count('will_dropped')
      delete packet.will
    },
    async authenticate(password) {
      const [code] = await Promise.all([authenticate(password), delay(limits.connackDelayMs)])
      return code
    },
    ready() {
      timer = setTimeout(listens, limits.commandDelayMs)
    },
    receive: (topic, payload) =>
      deps.inbox.receive(
        { name: connect.username, loginOf, gateway: asGateway },
        topic,
        typeof payload === 'string' ? Buffer.from(payload) : payload,
      ),
    maySubscribe(filter) {
      subscriptions += 1
      const keys = parseTopic(filter)
      const isGranted = subscriptions <= limits.subscriptions && keys !== undefined && loginOf(keys) !== undefined
      if (isGranted) return true
      counters.count('subscription_refused')
      deps.tellRefusal('Refused a subscription', { device: shortName(connect.username), topic: filter.slice(0, 200) })
      return false
    },
    send: outbox.send,
  }
}
