import { generate, type Packet } from 'mqtt-packet'

import { createRandom } from '#device/simulator/random.ts'

import { createMarks, type Marks } from './fuzz-tags.ts'
import { findingsOf, openFuzzWorld, PRODUCT, SENDERS, type FuzzWorld } from './fuzz-world.ts'
import { connectFields, openWire, type Wire } from './mqtt-wire.ts'

/*
 * Messages of every kind over many connections: right ones, ones that were changed, and ones that were never right.
 * Each says who sent it, so that none can count for another.
 */

/** Messages between two looks at whether the connection still lives. */
const BATCH = 40

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

export interface MqttFuzzResult {
  sent: number
  /** Reports that were read. */
  reports: number
  connections: number
  /** Empty when all is well. */
  findings: string[]
}

function createMessages(seed: string, marks: Marks) {
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
    const tag = marks.next(sender)
    const right = `{"id":"${made}","code":${pick(['200', '"1101"', '7'])},"message":"${tag}","params":{"version":"${tag}","step":"${below(120) - 10}","desc":"${tag}"}}`
    const kind = random()
    if (kind < 0.5) return Buffer.from(right)
    if (kind < 0.7) return mutate(Buffer.from(right))
    if (kind < 0.95) return Buffer.from(json(4))
    return Buffer.alloc(below(70_000), pick(['{', '[', 'x', '\u0000']))
  }
  const topic = (sender: string): string => {
    const device = random() < 0.7 ? sender : `dev${1 + below(SENDERS)}`
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

async function storm(
  { mqttPort }: FuzzWorld,
  sender: FuzzWorld['senders'][number],
  messages: ReturnType<typeof createMessages>,
  count: number,
): Promise<number> {
  const { deviceKey, deviceSecret } = sender
  const fields = connectFields({ productKey: PRODUCT, deviceKey }, deviceSecret)
  let wire: Wire | undefined
  let connections = 0
  const connected = async (): Promise<Wire> => {
    if (wire && !wire.socket.destroyed) return wire
    connections += 1
    wire = await openWire(mqttPort)
    const code = await wire.connect(fields)
    if (code !== 0) throw new Error(`${deviceKey} was refused with ${code}`)
    return wire
  }
  for (let sent = 0; sent < count;) {
    const current = await connected()
    const many = Math.min(BATCH, count - sent)
    current.sendRaw(Buffer.concat(Array.from({ length: many }, () => generate(messages.packet(deviceKey)))))
    await current.settle().catch(() => undefined)
    current.arrived.length = 0
    sent += many
    if (messages.random() < 0.06) {
      current.sendRaw(messages.raw(messages.packet(deviceKey)))
      current.drop()
    }
    if (messages.random() < 0.2) {
      const stranger = await openWire(mqttPort)
      const password = Buffer.from(fields.password)
      const packet = {
        protocolId: 'MQTT',
        protocolVersion: 4,
        clean: true,
        keepalive: 60,
        ...fields,
        password,
      } as const
      stranger.sendRaw(messages.raw({ cmd: 'connect', ...packet }))
      stranger.drop()
    }
  }
  wire?.drop()
  return connections
}

/** Sends `count` messages to a whole service; the same seed sends the same ones. */
export async function runMqttFuzz(seed: string, count: number): Promise<MqttFuzzResult> {
  const world = await openFuzzWorld()
  const { senders, mqttPort } = world
  const before = await world.bystanders()
  const marks = createMarks()
  const each = Math.ceil(count / senders.length)
  const storms = senders.map((sender) =>
    storm(world, sender, createMessages(`${seed}/${sender.deviceKey}`, marks), each),
  )
  const connections = (await Promise.all(storms)).reduce((sum, one) => sum + one, 0)
  const [first] = senders
  const quiet = await openWire(mqttPort)
  const code = await quiet.connect(connectFields({ productKey: PRODUCT, deviceKey: 'dev1' }, first?.deviceSecret ?? ''))
  const topic = `/sys/${PRODUCT}/dev1/ota/device/inform`
  quiet.publish(topic, { id: '1', params: { version: marks.next('dev1') } })
  const answer = JSON.stringify(await quiet.message(`${topic}_reply`))
  quiet.drop()
  const findings = [
    ...(await findingsOf(world, before, marks.ownerOf)),
    ...(code === 0 && answer.includes('"code":200') ? [] : [`A device that does nothing wrong was answered ${answer}`]),
  ]
  const reports = world.reports()
  await world.close()
  return { sent: each * senders.length, reports, connections, findings }
}
