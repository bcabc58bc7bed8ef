import { randomInt, randomUUID } from 'node:crypto'
import type { Socket } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

import type { Client, ConnectPacket } from 'aedes'

import { formatActivation } from '#contract/device/ota.ts'
import { activationTopic, type DeviceKeys, parseTopic } from '#contract/device/topics.ts'
import type { Clock, DeviceCredentials, DeviceDirectory, DeviceIdentity, Logger } from '#server/ports.ts'
import { type ChannelConfig, limits } from './config.ts'
import type { Counters } from './counters.ts'
import type { Inbox, Outgoing } from './inbox.ts'
import { judgeLogin, type LoginOutcome, type ReturnCode } from './login.ts'
import type { Login, Logins } from './logins.ts'
import { createPacketGuard, guardReads } from './packet-guard.ts'

export interface ConnectionDeps {
  clock: Clock
  log: Logger
  directory: DeviceDirectory
  config: ChannelConfig
  counters: Counters
  logins: Logins
  inbox: Inbox
}

/** One TCP or TLS connection and, once it is let in, the device behind it. */
export interface MqttConnection {
  attach(client: Client): void
  /** Before anything is known of the sender; false ends the connection. */
  connecting(packet: ConnectPacket): boolean
  /** 0 lets the device in, anything else is the CONNACK's return code. */
  authenticate(password: string): Promise<0 | ReturnCode>
  /** CONNACK is out. */
  ready(): void
  receive(topic: string, payload: string | Buffer): Promise<Outgoing | undefined>
  maySubscribe(filter: string): boolean
  /** Writes to the device's own connection, subscribed or not. */
  send(topic: string, payload: string): void
}

const noop = () => undefined

const identityOf = ({ deviceId, orgId, productKey, deviceKey }: DeviceCredentials): DeviceIdentity => ({
  deviceId,
  orgId,
  productKey,
  deviceKey,
})

/** Ids that no client's counter reaches (it wraps at 65,535), as the Node.js SDK dispatches by id before topic. */
const commandId = (): string => String(randomInt(1_000_000_000, 2_000_000_000))

export function createMqttConnection(socket: Socket, secure: boolean, deps: ConnectionDeps): MqttConnection {
  const { counters, logins, log } = deps
  const address = socket.remoteAddress ?? ''
  const guard = createPacketGuard({ packetBytes: limits.connectBytes, skippedBytes: 0 })
  let client: Client | undefined
  let connect = { clientId: '', username: '' }
  let login: Login | undefined
  let activating: DeviceCredentials | undefined
  let subscriptions = 0
  /** Commands wait here until the device listens; undefined from then on. */
  let backlog: Outgoing[] | undefined = []
  let timer: NodeJS.Timeout | undefined
  let isOver = false

  const end = (why: string) => {
    if (isOver) return
    counters.count(`connection_ended_${why}`)
    log.debug({ device: connect.username, address, why }, 'Ended a device connection')
    client?.close()
    socket.destroy()
  }

  const send = (topic: string, payload: string) => {
    if (!client || isOver) return
    if (socket.writableLength > limits.unreadBytes) return end('doesNotRead')
    client.publish({ cmd: 'publish', topic, payload, qos: 0, retain: false, dup: false }, noop)
  }

  const command = (topic: string, payload: string) => {
    if (!backlog) return send(topic, payload)
    // a push that is repeated before it went out is one push
    if (!backlog.some((waiting) => waiting.payload === payload)) backlog.push({ topic, payload })
  }

  const activate = async (device: DeviceCredentials) => {
    if (!(await deps.directory.activate(device.deviceId))) return end('alreadyActivated')
    counters.count('activated')
    log.info({ productKey: device.productKey, deviceKey: device.deviceKey }, 'A device was told its secret')
    send(activationTopic(device), formatActivation(commandId(), device.deviceId, device, device.deviceSecret))
  }

  const listensNow = () => {
    const waiting = backlog ?? []
    backlog = undefined
    for (const message of waiting) send(message.topic, message.payload)
    if (activating)
      activate(activating).catch((error: unknown) => {
        log.error({ error }, 'An activation could not be recorded')
        end('activationFailed')
      })
  }

  const admit = async (outcome: LoginOutcome & { ok: true }): Promise<0> => {
    guard.limits = { packetBytes: limits.packetBytes, skippedBytes: limits.skippedBytes }
    counters.count(`login_${outcome.kind}`)
    if (outcome.kind === 'activation') {
      activating = outcome.credentials
      return 0
    }
    const session = { id: randomUUID(), startedAt: deps.clock.now() }
    login = { device: identityOf(outcome.credentials), session, command, end }
    await logins.open(login)
    // a device that knows its own secret has no more use for its product's: nobody else may learn it that way
    if (!outcome.credentials.activated) await deps.directory.activate(outcome.credentials.deviceId)
    return 0
  }

  const authenticate = async (password: string): Promise<0 | ReturnCode> => {
    const outcome = await judgeLogin(deps.directory, { ...connect, password, secure }, deps.config.allowWeakSign)
    if (isOver) return 3
    if (outcome.ok) return admit(outcome)
    counters.count(`login_refused_${outcome.reason}`)
    log.info({ device: connect.username.slice(0, 130), address, reason: outcome.reason }, 'Refused a device')
    return outcome.returnCode
  }

  const loginOf = (keys: DeviceKeys): Login | undefined =>
    login && login.device.productKey === keys.productKey && login.device.deviceKey === keys.deviceKey
      ? login
      : undefined

  guardReads(socket, guard, () => end('packetTooLarge'))
  socket.setNoDelay(true)
  socket.setKeepAlive(true, 60_000)
  socket.once('close', () => {
    isOver = true
    clearTimeout(timer)
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
      delete packet.will
      return true
    },
    async authenticate(password) {
      const [code] = await Promise.all([authenticate(password), delay(limits.connackDelayMs)])
      return code
    },
    ready() {
      timer = setTimeout(listensNow, limits.commandDelayMs)
    },
    async receive(topic, payload) {
      const sender = { name: connect.username, loginOf }
      return deps.inbox.receive(sender, topic, typeof payload === 'string' ? Buffer.from(payload) : payload)
    },
    maySubscribe(filter) {
      subscriptions += 1
      const keys = parseTopic(filter)
      return subscriptions <= limits.subscriptions && keys !== undefined && loginOf(keys) !== undefined
    },
    send,
  }
}
