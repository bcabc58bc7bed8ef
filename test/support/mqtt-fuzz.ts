import { createHash } from 'node:crypto'

import { generate, type Packet } from 'mqtt-packet'

import { createRandom } from '#device/simulator/random.ts'
import type { Clock, Logger } from '#server/ports.ts'

import { silentLog, startChannel, type TestChannel } from './channel.ts'
import { connectFields, type Wire } from './mqtt-wire.ts'

/*
 * Messages of every kind over many connections: right ones, ones that were changed, and ones that were never right.
 * Each says who sent it, so that none can count for another.
 */

const DEVICES = 5
/** Messages between two looks at whether the connection still lives. */
const BATCH = 40
const TAG = /^by-(dev\d)-\d+-/

/** Says who sent it, in a way that a changed byte does not turn into another's. */
const tagOf = (sender: string, number: number): string => {
  const text = `by-${sender}-${number}`
  return `${text}-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`
}

/** Who sent it; undefined when it was changed on the way. */
function senderOf(tag: string): string | undefined {
  const [, sender] = TAG.exec(tag) ?? []
  const number = Number(tag.split('-')[2])
  return sender !== undefined && tagOf(sender, number) === tag ? sender : undefined
}

const PARTS = [
  'inform',
  'progress',
  'getversion',
  'upgrade_reply',
  'request',
  'upgrade',
  'inform_reply',
  'x'.repeat(300),
  '',
]
const SPACES = ['sys', 'ext/session', 'sys/', '/sys', '$SYS', 'SYS', '..']
const PATHS = [
  'ota/device',
  'thing/topo',
  'combine/login',
  'combine/login/batch',
  'combine/logout',
  'thing/activate',
  '',
]
const ATOMS = [
  'null',
  'true',
  '[]',
  '{}',
  '""',
  '0',
  '-0',
  '1e999',
  '1.0',
  '-5',
  '100',
  '"\\u0000"',
  '"\\ud800"',
  '"__proto__"',
  '[[[[]]]]',
]
const FIELDS = [
  'id',
  'params',
  'code',
  'version',
  'step',
  'desc',
  'productKey',
  'deviceKey',
  'sign',
  'subDevices',
  '__proto__',
]

export interface FuzzResult {
  sent: number
  reports: number
  /** Reports that were counted for another device than the one that sent them. */
  misattributed: unknown[]
  /** What the channel logged as its own failure. */
  failures: unknown[]
  /** Whether a device that did nothing wrong is still served. */
  neighbourIsServed: boolean
  connections: number
}

/** Time that runs so fast that no limit of a rate is met: the limits have tests of their own. */
const hurriedClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now() * 10_000,
  at: () => () => undefined,
}

function createMessages(seed: string) {
  const random = createRandom(seed)
  const below = (count: number) => Math.floor(random() * count)
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T
  let made = 0

  const mutate = (bytes: Buffer): Buffer => {
    const changed = Buffer.from(bytes)
    for (let count = 1 + below(4); count > 0 && changed.length > 0; count--) changed[below(changed.length)] = below(256)
    return random() < 0.3 ? changed.subarray(0, below(changed.length + 1)) : changed
  }
  const json = (depth: number): string => {
    if (depth === 0 || random() < 0.4) return pick(ATOMS)
    const pairs = Array.from({ length: below(5) }, () => `"${pick(FIELDS)}":${json(depth - 1)}`)
    return random() < 0.5 ? `{${pairs.join(',')}}` : `[${json(depth - 1)},${json(depth - 1)}]`
  }
  const payload = (sender: string): Buffer => {
    const tag = tagOf(sender, made)
    const right = `{"id":"${made}","code":${pick(['200', '"1101"', '7'])},"message":"${tag}","params":{"version":"${tag}","step":"${below(120) - 10}","desc":"${tag}"}}`
    const kind = random()
    if (kind < 0.5) return Buffer.from(right)
    if (kind < 0.7) return mutate(Buffer.from(right))
    if (kind < 0.95) return Buffer.from(json(4))
    return Buffer.alloc(below(70_000), pick(['{', '[', 'x', '\u0000']))
  }
  const topic = (sender: string): string => {
    const device = random() < 0.7 ? sender : `dev${1 + below(DEVICES)}`
    if (random() < 0.7) return `/sys/pkAlpha1/${device}/ota/device/${pick(PARTS.slice(0, 5))}`
    const text = `/${pick(SPACES)}/pkAlpha1/${device}/${pick(PATHS)}/${pick(PARTS)}`
    // a wildcard or an empty topic ends the connection, which the raw bytes below are for
    return (random() < 0.3 ? mutate(Buffer.from(text)).toString('utf8') : text).replace(/[#+]/g, '') || '/'
  }

  return {
    random,
    below,
    /** A packet that a client library would make. */
    packet(sender: string): Packet {
      made += 1
      const kind = random()
      const messageId = 1 + below(65_535)
      if (kind < 0.04)
        return { cmd: 'subscribe', messageId, subscriptions: [{ topic: topic(sender), qos: pick([0, 1, 2]) }] }
      if (kind < 0.06) return { cmd: 'unsubscribe', messageId, unsubscriptions: [topic(sender)] }
      if (kind < 0.08) return { cmd: 'puback', messageId }
      return {
        cmd: 'publish',
        topic: topic(sender),
        payload: payload(sender),
        qos: pick([0, 1, 1, 1]),
        messageId,
        dup: random() < 0.1,
        retain: random() < 0.1,
      }
    },
    /** Bytes that no client library makes. */
    raw: (packet: Packet): Buffer => mutate(generate(packet)),
  }
}

async function storm(t: TestChannel, sender: string, seed: string, count: number): Promise<number> {
  const messages = createMessages(`${seed}/${sender}`)
  const fields = connectFields({ productKey: 'pkAlpha1', deviceKey: sender }, `secret-${sender}`)
  let wire: Wire | undefined
  let connections = 0
  const connected = async (): Promise<Wire> => {
    if (wire && !wire.socket.destroyed) return wire
    connections += 1
    wire = await t.device(sender)
    return wire
  }
  for (let sent = 0; sent < count;) {
    const current = await connected()
    const many = Math.min(BATCH, count - sent)
    current.sendRaw(Buffer.concat(Array.from({ length: many }, () => generate(messages.packet(sender)))))
    await current.settle().catch(() => undefined)
    current.arrived.length = 0
    sent += many
    if (messages.random() < 0.06) {
      current.sendRaw(messages.raw(messages.packet(sender)))
      current.drop()
    }
    if (messages.random() < 0.2) {
      const stranger = await t.wire()
      stranger.sendRaw(
        messages.raw({
          cmd: 'connect',
          protocolId: 'MQTT',
          protocolVersion: 4,
          clean: true,
          keepalive: 60,
          ...fields,
          password: Buffer.from(fields.password),
        }),
      )
      stranger.drop()
    }
  }
  return connections
}

/** Sends `count` messages; the same seed sends the same ones. */
export async function runMqttFuzz(seed: string, count: number): Promise<FuzzResult> {
  const failures: unknown[] = []
  const log: Logger = { ...silentLog, error: (fields, message) => void failures.push({ fields, message }) }
  const note = (reason: unknown) => void failures.push(reason)
  process.on('unhandledRejection', note)
  const t = await startChannel([], { packets: { perSecond: 1e9, burst: 1e9 } }, hurriedClock, log)
  const misattributed: unknown[] = []
  let reports = 0
  t.memory.answer = (device, report) => {
    reports += 1
    const text =
      'version' in report ? report.version : 'text' in report ? report.text : 'message' in report ? report.message : ''
    const sender = senderOf(text)
    if (sender !== undefined && sender !== device.deviceKey) misattributed.push({ device, report })
    t.seen.length = 0
    return { code: 200, message: 'ok' }
  }
  const senders = Array.from({ length: DEVICES }, (_, index) => `dev${index + 1}`)
  const each = Math.ceil(count / DEVICES)
  const connections = await Promise.all(senders.map((sender) => storm(t, sender, seed, each)))
  const quiet = await t.device('dev9')
  quiet.publish('/sys/pkAlpha1/dev9/ota/device/inform', { id: '1', params: { version: 'by-dev9-1' } })
  const answer = await quiet.message('/sys/pkAlpha1/dev9/ota/device/inform_reply')
  await t.stop()
  process.off('unhandledRejection', note)
  return {
    sent: each * DEVICES,
    reports,
    misattributed,
    failures,
    connections: connections.reduce((sum, one) => sum + one, 0),
    neighbourIsServed: JSON.stringify(answer).includes('"code":200'),
  }
}
