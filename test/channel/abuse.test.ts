import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { stoppedClock } from '#server/clock.ts'

import { silentLog, startChannel, type TestChannel } from '../support/channel.ts'
import { connectFields, type Wire } from '../support/mqtt-wire.ts'

let t: TestChannel
let quiet: Wire
beforeEach(async () => {
  t = await startChannel([], { strangersPerAddress: 60, packets: { perSecond: 50, burst: 100 } })
  quiet = await t.device('dev9')
})
afterEach(() => t.stop())

const topic = (deviceKey: string, part: string) => `/sys/pkAlpha1/${deviceKey}/ota/device/${part}`

/** The neighbour's report is taken and answered while the other one misbehaves. */
const neighbourIsServed = async () => {
  quiet.publish(topic('dev9', 'inform'), { id: '1', params: { version: '1' } })
  expect(await quiet.message(topic('dev9', 'inform_reply'))).toMatchObject({ code: 200 })
}

describe('one device does not slow another', () => {
  test('by 10,000 messages: what comes too fast waits in its own buffers', async () => {
    const wire = await t.device('dev1')
    for (let id = 0; id < 10_000; id++)
      wire.publish(topic('dev1', 'progress'), { id: String(id), params: { step: 1 } }, 0)
    await wire.message(topic('dev1', 'progress_reply'))
    await neighbourIsServed()
    const taken = t.reports().filter(({ kind }) => kind === 'progress').length
    expect(taken).toBeLessThan(1_000)
    await wire.message(topic('dev1', 'progress_reply'))
  })

  test('by never reading what it is sent', async () => {
    const longUrl = `http://127.0.0.1/${'x'.repeat(30_000)}`
    const eager = await startChannel([], { packets: { perSecond: 1_000_000, burst: 1_000_000 } })
    eager.memory.answer = () => ({
      code: 200,
      message: 'ok',
      offer: { version: '2', signMethod: 'sha256', sign: 'ab', fileSize: 1, fileUrl: longUrl },
    })
    const wire = await eager.device('dev1')
    wire.socket.pause()
    for (let id = 0; id < 2_000; id++) wire.publish(topic('dev1', 'getversion'), { id: String(id), params: {} }, 0)
    await eager.until((entry) => entry.what === 'closed')
    const other = await eager.device('dev2')
    other.publish(topic('dev2', 'inform'), { id: '1', params: { version: '1' } })
    expect(await other.message(topic('dev2', 'inform_reply'))).toMatchObject({ code: 200 })
    expect(eager.channel.counts()).toMatchObject({ connection_ended_doesNotRead: 1 })
    await eager.stop()
  })

  test.each([
    ['a CONNECT that never ends', Buffer.from([0x10, 0x40, 0x00, 0x04])],
    ['a connection that says nothing', Buffer.alloc(0)],
  ])('by %s', async (_name, bytes) => {
    const strict = await startChannel([], { connectMs: 100 })
    const wire = await strict.wire()
    wire.sendRaw(bytes)
    await wire.closed
    await strict.stop()
  })

  test('by logging in again and again: after twenty at once it has to wait', async () => {
    const still = await startChannel([], {}, stoppedClock(0))
    const fields = connectFields({ productKey: 'pkAlpha1', deviceKey: 'dev1' }, 'secret-dev1')
    const codes: number[] = []
    for (let count = 0; count < 22; count++) {
      const wire = await still.wire()
      codes.push(await wire.connect(fields))
      wire.drop()
    }
    expect(codes).toEqual([...Array.from({ length: 20 }, () => 0), 3, 3])
    expect(still.channel.counts()).toMatchObject({ login_session: 20, login_refused_tooOften: 2 })
    await still.device('dev2')
    await still.stop()
  })

  test('by 1,000 connections in its own name: one is its session, and the others are refused or taken over', async () => {
    const wide = await startChannel([], {}, stoppedClock(0))
    const other = await wide.device('dev2')
    const fields = connectFields({ productKey: 'pkAlpha1', deviceKey: 'dev1' }, 'secret-dev1')
    const dials = Array.from({ length: 1_000 }, async () => (await wide.wire()).connect(fields).catch(() => -1))
    await Promise.all(dials)
    expect(wide.channel.counts()).toMatchObject({ login_session: 21, login_refused_tooOften: 980 })
    expect(wide.channel.door.sessions()).toBe(2)
    other.publish(topic('dev2', 'inform'), { id: '1', params: { version: '1' } })
    expect(await other.message(topic('dev2', 'inform_reply'))).toMatchObject({ code: 200 })
    await wide.stop()
  })

  test('by connections that do not log in', async () => {
    const strangers = await Promise.all(Array.from({ length: 100 }, () => t.wire()))
    await Promise.all(strangers.slice(60).map(({ closed }) => closed))
    await neighbourIsServed()
    expect(t.channel.counts()).toMatchObject({ connection_ended_tooManyStrangers: 40 })
    for (const { drop } of strangers) drop()
  })

  test('by subscribing to thousands of topics', async () => {
    const wire = await t.device('dev1')
    const subscriptions = Array.from({ length: 1_000 }, (_, index) => ({
      topic: topic('dev1', `t${index}`),
      qos: 1 as const,
    }))
    wire.send({ cmd: 'subscribe', messageId: 1, subscriptions })
    const suback = await wire.packet('suback')
    expect(suback.cmd === 'suback' && suback.granted.filter((code) => code === 128)).toHaveLength(800)
    await neighbourIsServed()
  })
})

describe('the log', () => {
  test('tells of messages that make no sense, without what was in them, and of others beside them', async () => {
    const lines: object[] = []
    const log = { ...silentLog, info: (fields: object) => void lines.push(fields) }
    const logged = await startChannel([], { packets: { perSecond: 1e9, burst: 1e9 } }, stoppedClock(0), log)
    const wire = await logged.device('dev1')
    const inform = topic('dev1', 'inform')
    const device = 'dev1&pkAlpha1'
    wire.publish(inform, '{"id":"1","secret-of-nobody"')
    wire.publish(inform, Buffer.alloc(1_048_576, 'x'))
    for (let id = 0; id < 200; id++) wire.publish(inform, { id: String(id), params: {} })
    // the mistakes have used up their share by now
    wire.publish(topic('dev2', 'inform'), { id: 'last', params: { version: '1' } })
    await wire.message(topic('dev2', 'inform_reply'))
    expect(lines.slice(0, 3)).toEqual([
      { device, topic: inform, code: 1220, reason: 'The message is not JSON in UTF-8' },
      { device, topic: inform, code: 1008, reason: expect.stringMatching(/^The message is larger than \d+ bytes$/) },
      { device, topic: inform, code: 460, reason: 'The version is missing' },
    ])
    expect(lines).toHaveLength(51)
    expect(lines.at(-1)).toMatchObject({ device, code: 1009 })
    expect(JSON.stringify(lines)).not.toContain('secret-of-nobody')
    expect(logged.channel.counts()).toMatchObject({ message_refused_1220: 1, message_refused_460: 200 })
    await logged.stop()
  })
})

describe('a dismissed device', () => {
  test('whose login is just being judged is not let in by what no longer holds', async () => {
    const wire = await t.wire()
    const lookUp = t.directory.credentials
    t.directory.credentials = async (...keys) => {
      const found = await lookUp(...keys)
      t.channel.door.close('id-dev1', 'secret reset')
      return found
    }
    expect(await wire.connect(connectFields({ productKey: 'pkAlpha1', deviceKey: 'dev1' }, 'secret-dev1'))).toBe(5)
    expect(t.channel.door.sessions()).toBe(1)
  })
})
