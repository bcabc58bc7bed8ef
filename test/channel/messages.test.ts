import { generate } from 'mqtt-packet'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { UpgradeCommand } from '#server/ports.ts'
import { startChannel, type TestChannel } from '../support/channel.ts'

let t: TestChannel
beforeEach(async () => {
  t = await startChannel()
})
afterEach(() => t.stop())

const topic = (deviceKey: string, part: string) => `/sys/pkAlpha1/${deviceKey}/ota/device/${part}`
const command: UpgradeCommand = {
  id: '7000002',
  offer: {
    version: '1.5.0',
    signMethod: 'sha256',
    sign: 'ab',
    fileUrl: 'http://127.0.0.1/files/1/t',
    fileSize: 300_000,
  },
}
const identity = (deviceKey: string) => ({
  deviceId: `id-${deviceKey}`,
  orgId: 'org',
  productKey: 'pkAlpha1',
  deviceKey,
})

describe('a report', () => {
  test('is acknowledged and answered after it is durable, in this order, without any SUBSCRIBE', async () => {
    const order: string[] = []
    t.memory.answer = async () => {
      await Promise.resolve()
      order.push('durable')
      return { code: 200, message: 'ok' }
    }
    const wire = await t.device('dev1')
    const messageId = wire.publish(
      topic('dev1', 'inform'),
      '{"id":"17","version":"1.0","method":"ota.inform","params":{"version":1.0}}',
    )
    const first = await wire.next(() => true)
    order.push(first.cmd)
    const answer = await wire.message(topic('dev1', 'inform_reply'))
    expect(order).toEqual(['durable', 'puback'])
    expect(first.messageId).toBe(messageId)
    expect(answer).toEqual({ id: '17', code: 200, data: {}, message: 'ok' })
    expect(t.reports()).toEqual([{ kind: 'inform', version: '1.0' }])
  })

  test('that could not be kept is not acknowledged: the connection ends', async () => {
    t.memory.answer = () => Promise.reject(new Error('disk full'))
    const wire = await t.device('dev1')
    wire.publish(topic('dev1', 'inform'), { id: '1', params: { version: '1' } })
    await wire.closed
    expect(wire.arrived).toEqual([])
  })

  test('of each kind reaches the intake, in the order in which it was sent', async () => {
    const wire = await t.device('dev1')
    wire.publish(topic('dev1', 'inform'), { id: '1', params: { version: '1.4.0' } })
    wire.publish(topic('dev1', 'progress'), { id: '2', params: { step: '10', desc: 'downloading' } }, 0)
    wire.publish(topic('dev1', 'progress'), { id: '3', params: { step: -2, desc: null } })
    wire.publish(topic('dev1', 'upgrade_reply'), { id: '7000002', code: '1101', data: '', message: 'no handler' })
    wire.publish(topic('dev1', 'getversion'), { id: '4', params: {} })
    expect(await wire.message(topic('dev1', 'getversion_reply'))).toEqual({
      id: '4',
      code: 200,
      data: [],
      message: 'ok',
    })
    expect(t.reports()).toEqual([
      { kind: 'inform', version: '1.4.0' },
      { kind: 'progress', step: 10, text: 'downloading' },
      { kind: 'progress', step: -2, text: '' },
      { kind: 'upgradeReply', commandId: '7000002', code: 1101, message: 'no handler' },
      { kind: 'getversion' },
    ])
  })

  test('is not lost among thousands that come in one piece', async () => {
    const eager = await startChannel([], { packets: { perSecond: 1e9, burst: 1e9 } })
    const wire = await eager.device('dev1')
    const steps = Array.from({ length: 3_000 }, (_, index) => index % 100)
    const packets = steps.map((step) =>
      generate({
        cmd: 'publish',
        topic: topic('dev1', 'progress'),
        payload: `{"id":"1","params":{"step":${step},"desc":"x"}}`,
        qos: 0,
        dup: false,
        retain: false,
      }),
    )
    wire.sendRaw(Buffer.concat(packets))
    await wire.settle()
    expect(eager.reports()).toEqual(steps.map((step) => ({ kind: 'progress', step, text: 'x' })))
    await eager.stop()
  })

  test('by QoS 2 is taken once', async () => {
    const wire = await t.device('dev1')
    const messageId = wire.publish(topic('dev1', 'inform'), { id: '1', params: { version: '1' } }, 2)
    await wire.packet('pubrec')
    wire.send({ cmd: 'pubrel', messageId })
    await wire.packet('pubcomp')
    expect(t.reports()).toHaveLength(1)
  })

  test('an offer goes out as a list of one', async () => {
    t.memory.answer = () => ({ code: 200, message: 'ok', offer: command.offer })
    const wire = await t.device('dev1')
    wire.publish(topic('dev1', 'getversion'), { id: '4', params: {} })
    expect(await wire.message(topic('dev1', 'getversion_reply'))).toMatchObject({ data: [command.offer] })
  })
})

describe('a refusal', () => {
  test.each([
    ['malformed JSON', topic('dev1', 'inform'), '{"id":"1"', 1220],
    ['nothing', topic('dev1', 'inform'), '', 1251],
    ['a message of 40 KB', topic('dev1', 'inform'), `{"id":"1","params":{"version":"${'x'.repeat(40_000)}"}}`, 1008],
    ['a message of 1 MB', topic('dev1', 'inform'), Buffer.alloc(1_048_576, 'x'), 1008],
    ['no version', topic('dev1', 'inform'), '{"id":"1","params":{}}', 460],
    ['a topic of another device', topic('dev2', 'inform'), '{"id":"1","params":{"version":"9"}}', 1009],
    ['a topic of another product', '/sys/pkOther/dev1/ota/device/inform', '{"id":"1","params":{"version":"9"}}', 1009],
    ['a part that is not taken', topic('dev1', 'request'), '{"id":"1","params":{}}', 400],
    ['a topic that is not known', '/any/thing', '{"id":"1"}', 400],
    ['measure points', '/sys/pkAlpha1/dev1/thing/measurepoint/post', '{"id":"1","params":{}}', 400],
  ])('%s is answered with its code, and the connection lives', async (_name, to, payload, code) => {
    const wire = await t.device('dev1')
    const messageId = wire.publish(to, payload)
    expect(await wire.packet('puback')).toMatchObject({ messageId })
    expect(await wire.message(`${to}_reply`)).toMatchObject({ code, data: {} })
    await wire.settle()
    expect(t.reports()).toEqual([])
    expect(t.channel.counts()).toMatchObject({ [`message_refused_${code}`]: 1 })
  })

  test('a megabyte in pieces does not disturb what comes behind it, nor anybody else', async () => {
    const wire = await t.device('dev1')
    const other = await t.device('dev2')
    wire.publish(topic('dev1', 'inform'), Buffer.alloc(1_048_576, 'x'))
    wire.publish(topic('dev1', 'inform'), { id: '2', params: { version: '2' } })
    other.publish(topic('dev2', 'inform'), { id: '1', params: { version: '1' } })
    expect(await wire.message(topic('dev1', 'inform_reply'))).toMatchObject({ code: 1008 })
    expect(await wire.message(topic('dev1', 'inform_reply'))).toMatchObject({ id: '2', code: 200 })
    expect(await other.message(topic('dev2', 'inform_reply'))).toMatchObject({ id: '1', code: 200 })
  })

  test.each([
    ['$SYS is not for devices', '$SYS/broker/new/clients'],
    ['an answer is not answered', '/sys/pkAlpha1/dev2/ota/device/upgrade_reply'],
    ['an answer on a topic that is not known is not answered', '/any/thing_reply'],
  ])('%s', async (_name, to) => {
    const wire = await t.device('dev1')
    wire.publish(to, '{"id":"1","code":200}')
    await wire.packet('puback')
    await wire.settle()
    expect(wire.arrived).toEqual([])
    expect(t.reports()).toEqual([])
  })

  test('a packet beyond all measure ends the connection of its sender alone', async () => {
    const wire = await t.device('dev1')
    const other = await t.device('dev2')
    wire.sendRaw(Buffer.from([0x30, 0xff, 0xff, 0xff, 0x7f]))
    await wire.closed
    await other.settle()
    expect(t.channel.door.sessions()).toBe(1)
  })

  test.each([
    ['a header that is reserved', Buffer.from([0xf0, 0x00])],
    ['a length without end', Buffer.from([0x30, 0xff, 0xff, 0xff, 0xff, 0x01])],
    ['a SUBSCRIBE without topics', Buffer.from([0x82, 0x02, 0x00, 0x01])],
    [
      'a second CONNECT',
      Buffer.from([0x10, 0x0c, 0x00, 0x04, 0x4d, 0x51, 0x54, 0x54, 0x04, 0x02, 0x00, 0x3c, 0x00, 0x00]),
    ],
    ['a topic with a wildcard', Buffer.from([0x30, 0x04, 0x00, 0x02, 0x2f, 0x23])],
  ])('%s ends the connection of its sender alone', async (_name, bytes) => {
    const wire = await t.device('dev1')
    const other = await t.device('dev2')
    wire.sendRaw(bytes)
    await wire.closed
    await other.settle()
  })
})

describe('a push', () => {
  test('reaches the device’s own connection without a SUBSCRIBE, and no other', async () => {
    const wire = await t.device('dev1')
    const other = await t.device('dev2')
    expect(t.channel.door.push(identity('dev1'), command)).toBe(true)
    expect(await wire.message(topic('dev1', 'upgrade'))).toEqual({
      id: '7000002',
      version: '1.0',
      method: 'ota.device.upgrade',
      params: command.offer,
    })
    await other.settle()
    expect(other.arrived).toEqual([])
  })

  test('to a device that is not here says so', () => {
    expect(t.channel.door.push(identity('dev1'), command)).toBe(false)
  })

  test('made while the device connects waits for it, and goes out once', async () => {
    const opening = t.device('dev1')
    await t.until((entry) => entry.what === 'opened')
    expect(t.channel.door.push(identity('dev1'), command)).toBe(true)
    expect(t.channel.door.push(identity('dev1'), command)).toBe(true)
    const wire = await opening
    expect(wire.arrived).toEqual([])
    await wire.message(topic('dev1', 'upgrade'))
    await wire.settle()
    expect(wire.arrived).toEqual([])
  })

  test('arrives once, whatever the device subscribes to and unsubscribes from', async () => {
    const wire = await t.device('dev1')
    wire.subscribe(topic('dev1', 'upgrade'))
    wire.subscribe(topic('dev1', 'upgrade'))
    wire.subscribe('/sys/pkAlpha1/dev1/ota/device/+')
    for (let count = 0; count < 3; count++) expect(await wire.packet('suback')).toMatchObject({ granted: [1] })
    t.channel.door.push(identity('dev1'), command)
    await wire.message(topic('dev1', 'upgrade'))
    wire.unsubscribe(topic('dev1', 'upgrade'))
    await wire.packet('unsuback')
    t.channel.door.push(identity('dev1'), { ...command, id: '7000003' })
    expect(await wire.message(topic('dev1', 'upgrade'))).toMatchObject({ id: '7000003' })
    await wire.settle()
    expect(wire.arrived).toEqual([])
  })

  test('and a SUBSCRIBE to another device’s topics is refused, without ending the connection', async () => {
    const wire = await t.device('dev1')
    for (const filter of [topic('dev2', 'upgrade'), '/sys/pkAlpha1/+/ota/device/upgrade', '#', '/sys/#', '$SYS/#']) {
      wire.subscribe(filter)
      expect(await wire.packet('suback')).toMatchObject({ granted: [128] })
    }
    await t.device('dev2')
    t.channel.door.push(identity('dev2'), command)
    await wire.settle()
    expect(wire.arrived).toEqual([])
  })
})

describe('the door', () => {
  test('ends the session of a device that was disabled', async () => {
    const wire = await t.device('dev1')
    t.channel.door.close('id-dev1', 'disabled')
    await wire.closed
    await t.until((entry) => entry.what === 'closed')
    expect(t.channel.door.sessions()).toBe(0)
  })

  test('closes with every end recorded', async () => {
    await Promise.all([t.device('dev1'), t.device('dev2'), t.wire()])
    await t.channel.close()
    expect(t.seen.filter(({ what }) => what === 'closed')).toHaveLength(2)
  })
})
