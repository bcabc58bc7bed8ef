import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { sign } from '#contract/device/sign.ts'

import { deviceOf, silentLog, startChannel, type TestChannel } from '../support/channel.ts'
import { connectFields, type Wire } from '../support/mqtt-wire.ts'

/*
 * Two devices of one product: dev1, whose session is open, and dev2, which is hostile and logged in. It knows every
 * name and id, and of dev1 neither secret nor connection. After each attempt dev1 is as it was.
 */

let t: TestChannel
let victim: Wire
let own: Wire
const lines: { fields: object; what: string }[] = []
beforeAll(async () => {
  const log = { ...silentLog, info: (fields: object, what: string) => void lines.push({ fields, what }) }
  const devices = [deviceOf('Dev1'), deviceOf('dev1', { productKey: 'pkOther' }), deviceOf('gate1')]
  t = await startChannel(devices, { packets: { perSecond: 1e9, burst: 1e9 } }, undefined, log)
  victim = await t.device('dev1')
  own = await t.device('dev2')
})
afterAll(() => t.stop())

const ota = (device: string, part: string) => `/sys/pkAlpha1/${device}/ota/device/${part}`
const gate = (device: string, part: string) => `/ext/session/pkAlpha1/${device}/combine/${part}`
const topo = (device: string, part: string) => `/sys/pkAlpha1/${device}/thing/topo/${part}`
const INFORM = { id: '1', params: { version: '9.9.9' } }

type Act = () => Promise<unknown> | void
const says =
  (topic: string, message: string | object = INFORM, qos: 0 | 1 | 2 = 1): Act =>
  async () => {
    own.publish(topic, message, qos)
    if (qos === 1) await own.packet('puback')
  }
const listens =
  (filter: string): Act =>
  async () => {
    own.subscribe(filter)
    expect(await own.packet('suback')).toMatchObject({ granted: [128] })
  }
const logsIn =
  (fields: { clientId: string; username: string; password: string }, packet: object = {}): Act =>
  async () => {
    const wire = await t.wire()
    expect(await wire.connect(fields, packet).catch(() => -1)).not.toBe(0)
  }
const keys = { productKey: 'pkAlpha1', deviceKey: 'dev1' }
const victimFields = (secret: string, changes = {}) => connectFields(keys, secret, changes)
const ownFields = connectFields({ ...keys, deviceKey: 'dev2' }, 'secret-dev2')
const login = (device: string, secret: string) => {
  const params = { clientId: device, deviceKey: device, productKey: 'pkAlpha1', timestamp: '1' }
  return { id: '1', params: { ...params, signMethod: 'sha256', sign: sign('sha256', params, secret) } }
}

const ATTEMPTS: Readonly<Record<string, Act>> = {
  'informs on its topic': says(ota('dev1', 'inform')),
  'informs on its topic with QoS 0': says(ota('dev1', 'inform'), INFORM, 0),
  'informs on its topic with QoS 2': says(ota('dev1', 'inform'), INFORM, 2),
  'reports success on its topic': says(ota('dev1', 'progress'), { id: '1', params: { step: '100', desc: '' } }),
  'reports failure on its topic': says(ota('dev1', 'progress'), { id: '1', params: { step: '-3', desc: '' } }),
  'asks for its upgrade': says(ota('dev1', 'getversion'), { id: '1', params: {} }),
  'declines its upgrade': says(ota('dev1', 'upgrade_reply'), { id: '7000001', code: 500 }),
  'pushes an upgrade to it': says(ota('dev1', 'upgrade'), { id: '7000009', params: {} }),
  'answers in the service’s place': says(ota('dev1', 'inform_reply'), { id: '1', code: 200 }),
  'tells it a secret': says('/ext/session/pkAlpha1/dev1/thing/activate/info', {
    id: '1',
    params: { deviceSecret: 'x' },
  }),
  'answers its activation': says('/ext/session/pkAlpha1/dev1/thing/activate/info_reply', { id: '1', code: 200 }),
  'informs with another case of its key': says(ota('Dev1', 'inform')),
  'informs as the same key of another product': says('/sys/pkOther/dev1/ota/device/inform'),
  'informs on a doubled slash': says(`/${ota('dev1', 'inform')}`),
  'informs on a topic that climbs': says('/sys/pkAlpha1/dev2/../dev1/ota/device/inform'),
  'informs on an escaped topic': says('/sys/pkAlpha1/dev%31/ota/device/inform'),
  'informs with a null in the key': says('/sys/pkAlpha1/dev1\u0000/ota/device/inform'),
  'informs with a line break in the key': says('/sys/pkAlpha1/dev1\n/ota/device/inform'),
  'informs with a full-width digit in the key': says('/sys/pkAlpha1/dev１/ota/device/inform'),
  'informs with a slash at the end': says(`${ota('dev1', 'inform')}/`),
  'informs with its keys in the message': says(ota('dev2', 'inform'), { id: '1', ...keys, params: { ...keys } }),
  'answers its command on the own topic': says(ota('dev2', 'upgrade_reply'), { id: '7000001', code: 500 }),
  'publishes what the broker publishes': says('$SYS/broker/new/clients', 'pkAlpha1/dev1'),
  'leaves a retained upgrade for it': () => {
    own.send({
      cmd: 'publish',
      topic: ota('dev1', 'upgrade'),
      payload: '{}',
      qos: 1,
      messageId: 900,
      dup: false,
      retain: true,
    })
  },
  'listens to its upgrades': listens(ota('dev1', 'upgrade')),
  'listens to its answers': listens(ota('dev1', 'inform_reply')),
  'listens to its activation': listens('/ext/session/pkAlpha1/dev1/thing/activate/info'),
  'listens to everybody’s upgrades': listens(ota('+', 'upgrade')),
  'listens to every product': listens('/sys/+/+/ota/device/upgrade'),
  'listens to everything': listens('#'),
  'listens to everything but its first level': listens('+/#'),
  'listens to the broker': listens('$SYS/#'),
  'listens in a shared subscription': listens(`$share/all/${ota('dev1', 'upgrade')}`),
  'logs in with its own secret': logsIn(victimFields('secret-dev2')),
  'logs in with the product’s secret': logsIn(victimFields('psSecret01')),
  'logs in with no secret': logsIn(victimFields('')),
  'logs in with an empty signature': logsIn({ ...victimFields(''), password: '' }),
  'logs in without a password': logsIn(victimFields(''), { password: undefined }),
  'logs in with its own signature under the other’s name': logsIn({ ...ownFields, username: 'dev1&pkAlpha1' }),
  'logs in with a signature for another client id': logsIn({ ...victimFields('x'), password: ownFields.password }),
  'activates it': logsIn(victimFields('psSecret01', { secureMode: 3 })),
  'logs in with two names': logsIn({ ...ownFields, username: 'dev2&pkAlpha1&dev1' }),
  'logs in as a channel of the product': logsIn({ ...ownFields, username: '%channel%&pkAlpha1' }),
  'logs it in behind itself with its own secret': says(gate('dev2', 'login'), login('dev1', 'secret-dev2')),
  'logs it in behind itself without a signature': says(gate('dev2', 'login'), { id: '1', params: keys }),
  'logs it in behind itself in a batch': says(gate('dev2', 'login/batch'), {
    id: '1',
    params: { clientId: 'a', timestamp: '1', signMethod: 'sha256', subDevices: [{ ...keys, sign: '00' }] },
  }),
  'logs in behind it': says(gate('dev1', 'login'), login('dev2', 'secret-dev2')),
  'logs it out': says(gate('dev2', 'logout'), { id: '1', params: keys }),
  'logs it out on its topic': says(gate('dev1', 'logout'), { id: '1', params: keys }),
  'disables it in the service’s place': says(gate('dev1', 'disable'), { id: '1', params: [keys] }),
  'takes it behind itself': says(topo('dev2', 'add'), { id: '1', params: [login('dev1', 'secret-dev2').params] }),
  'takes it away': says(topo('dev2', 'delete'), { id: '1', params: [keys] }),
  'asks what is behind it': says(topo('dev1', 'get'), { id: '1', params: {} }),
  'leaves a will in its name': async () => {
    const will = { topic: ota('dev1', 'inform'), payload: Buffer.from(JSON.stringify(INFORM)), qos: 1, retain: true }
    const wire = await t.wire()
    await wire.connect(connectFields({ ...keys, deviceKey: 'dev3' }, 'secret-dev3'), { will })
    wire.drop()
    await t.until((entry) => entry.what === 'closed' && entry.device.deviceKey === 'dev3')
  },
  'takes over its client id': async () => {
    const wire = await t.wire()
    const fields = connectFields({ ...keys, deviceKey: 'dev4' }, 'secret-dev4', { cid: 'dev1' })
    expect(await wire.connect(fields)).toBe(0)
  },
}

const ofVictim = () => t.seen.filter(({ device }) => ['dev1', 'Dev1'].includes(device.deviceKey))

describe('a hostile device cannot speak, hear or be counted for another', () => {
  test('of at least forty attempts', () => {
    expect(Object.keys(ATTEMPTS).length).toBeGreaterThanOrEqual(40)
  })

  test.each(Object.entries(ATTEMPTS))('when it %s', async (_name, act) => {
    const before = ofVictim()
    await act()
    await own.settle()
    await victim.settle()
    expect(ofVictim()).toEqual(before)
    expect(victim.arrived).toEqual([])
    // what it was answered is about its own attempt: a code, and never 200 for what is not its own
    for (const packet of own.arrived.splice(0)) {
      if (packet.cmd !== 'publish') continue
      const answer = JSON.parse(packet.payload.toString()) as { code: number; data: object }
      const isOwnTopic = packet.topic.includes('/dev2/ota/') || packet.topic === `${topo('dev2', 'delete')}_reply`
      if (!isOwnTopic) expect(answer.code).not.toBe(200)
      expect(JSON.stringify(answer)).not.toContain('secret')
    }
  })

  test('and what it reached for is counted and stands in the log', () => {
    const { message_refused_1009: messages = 0, ...counts } = t.channel.counts()
    expect(messages).toBeGreaterThanOrEqual(10)
    expect(counts).toMatchObject({ subscription_refused: 9, will_dropped: 1 })
    const device = 'dev2&pkAlpha1'
    const [inform, upgrade] = [ota('dev1', 'inform'), ota('dev1', 'upgrade')]
    expect(lines).toContainEqual({
      fields: expect.objectContaining({ device, topic: inform, code: 1009 }),
      what: 'Refused a message',
    })
    expect(lines).toContainEqual({ fields: { device, topic: upgrade }, what: 'Refused a subscription' })
    expect(JSON.stringify(lines)).not.toContain('secret')
  })

  test('and dev1 is served as before', async () => {
    const device = { deviceId: 'id-dev1', orgId: 'org', ...keys }
    const offer = {
      version: '2',
      signMethod: 'sha256',
      sign: 'ab',
      fileUrl: 'http://127.0.0.1/x',
      fileSize: 5,
    } as const
    t.channel.door.push(device, { id: '7000001', offer })
    await victim.message(ota('dev1', 'upgrade'))
    victim.publish(ota('dev1', 'inform'), INFORM)
    expect(await victim.message(ota('dev1', 'inform_reply'))).toMatchObject({ code: 200 })
    await own.settle()
    expect(own.arrived).toEqual([])
    expect(ofVictim().map(({ what }) => what)).toEqual(['opened', 'report'])
  })
})
