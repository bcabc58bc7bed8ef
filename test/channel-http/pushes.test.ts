import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { createDoors } from '#server/channel/doors.ts'
import type { DeviceDoor } from '#server/ports.ts'

import { idOf, keysOf, startDeviceHttp, topicOf, upgradeTo, type TestDeviceHttp } from '../support/device-http.ts'
import { commandOf, exchange, publish, sessionOf } from '../support/http-wire.ts'

const ID = '7b0d8b9e-5a51-4c11-9d2e-000000000001'

let t: TestDeviceHttp
beforeEach(async () => {
  t = await startDeviceHttp()
})
afterEach(() => t.stop())

const progress = (session: string, step = '20') =>
  publish(t.port, session, topicOf(1, 'progress'), { id: '3', params: { step, desc: '' } })

describe('a push over HTTP (4.3)', () => {
  test('rides on the headers of the next answer, as JSON of one line with the exact method, beside its topic', async () => {
    const session = await t.session(1)
    expect(t.push(1)).toBe(true)
    const answer = await progress(session)
    expect(answer.json).toEqual({ id: '3', code: 200, data: {}, message: 'ok' })
    expect(commandOf(answer)).toEqual({
      topic: '/sys/pkAlpha1/dev1/ota/device/upgrade',
      id: ID,
      version: '1.0',
      method: 'ota.device.upgrade',
      params: upgradeTo('1.5.0').offer,
    })
  })

  test('is handed over once, not on each answer, or its handler would run again inside itself', async () => {
    const session = await t.session(1)
    t.push(1)
    expect(commandOf(await progress(session))).toBeDefined()
    for (const step of ['25', '80']) expect(commandOf(await progress(session, step))).toBeUndefined()
  })

  test('is handed over once to requests that run side by side', async () => {
    const session = await t.session(1)
    t.push(1)
    const answers = await Promise.all(Array.from({ length: 10 }, () => progress(session)))
    expect(answers.filter((answer) => commandOf(answer))).toHaveLength(1)
  })

  test('rides on the answer to auth, before the device has reported anything', async () => {
    await t.session(1)
    t.push(1)
    const auth = await t.auth(1)
    expect(sessionOf(auth)).toEqual(expect.any(String))
    expect(commandOf(auth)).toMatchObject({ id: ID })
  })

  test('rides on refusals too: whoever posts only measure points hears of it', async () => {
    const session = await t.session(1)
    t.push(1)
    const answer = await publish(t.port, session, '/sys/pkAlpha1/dev1/thing/measurepoint/post', { id: '1', params: {} })
    expect([answer.json?.code, commandOf(answer)?.id]).toEqual([400, ID])
  })

  test('that an inform makes due rides on the answer to that inform', async () => {
    await t.stop()
    t = await startDeviceHttp({ limits: { pushWaitMs: 10_000 } })
    const session = await t.session(1)
    const informing = t.inform(session)
    await t.until((entry) => entry.what === 'report')
    t.push(1)
    expect(commandOf(await informing)).toMatchObject({ id: ID })
  })

  test('is one at a time: the newest replaces one that was not handed over', async () => {
    const session = await t.session(1)
    t.push(1, upgradeTo('1.5.0'))
    t.push(1, upgradeTo('1.6.0', '7b0d8b9e-5a51-4c11-9d2e-000000000002'))
    expect(commandOf(await progress(session))?.params).toMatchObject({ version: '1.6.0' })
    expect(commandOf(await progress(session))).toBeUndefined()
  })

  test('that is sent again is not handed to the same session again, and is handed to the next', async () => {
    await t.session(1)
    t.push(1)
    const auth = await t.auth(1)
    expect(commandOf(auth)).toBeDefined()
    t.push(1)
    expect(commandOf(await t.inform(sessionOf(auth)))).toBeUndefined()
    t.push(1)
    expect(commandOf(await t.auth(1))).toMatchObject({ id: ID })
  })

  test('stays ASCII on the wire and Unicode in the device', async () => {
    const session = await t.session(1)
    const offer = { ...upgradeTo('1.5.0').offer, fileUrl: 'https://ota.例え.test/f\u007f\u2028/😀' }
    t.push(1, { id: ID, offer })
    const body = '{"id":"1","params":{"step":"1"}}'
    const heard = await exchange(
      t.port,
      `POST /topic${topicOf(1, 'progress')}?sessionId=${session} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    const line = /command-payload: ([^\r\n]*)\r\n/.exec(heard)?.[1] ?? ''
    expect(line).toMatch(/^[\x20-\x7e]+$/)
    expect((JSON.parse(line) as { params: object }).params).toEqual(offer)
  })

  test('is for its device alone', async () => {
    const other = await t.session(2)
    await t.session(1)
    t.push(1)
    expect(commandOf(await t.inform(other, 2))).toBeUndefined()
    expect(commandOf(await t.auth(2))).toBeUndefined()
  })

  test.each([
    ['absent', undefined, true],
    ['null', null, true],
    ['empty, as the official sample has it', [], true],
    ['with CMD_OTA_UPGRADE', ['CMD_PENDING_INVOKE', 'CMD_OTA_UPGRADE'], true],
    ['of other commands alone', ['CMD_PENDING_INVOKE'], false],
  ])('is delivered as acceptCommandTypes says: %s', async (_kind, acceptCommandTypes, isDelivered) => {
    const session = await t.session(1, { acceptCommandTypes })
    expect(t.push(1)).toBe(isDelivered)
    expect(commandOf(await t.inform(session)) !== undefined).toBe(isDelivered)
  })

  test('is not taken for a device that is not here, so that the engine knows and sends it when it informs', async () => {
    expect(t.push(1)).toBe(false)
    const session = await t.session(1, { lifetime: 30_000 })
    expect(t.push(1)).toBe(true)
    await t.clock.advance(300_000)
    expect(t.push(1)).toBe(false)
    expect(commandOf(await t.inform(session))).toBeUndefined()
    expect(commandOf(await t.auth(1))).toBeUndefined()
  })

  test('is not handed over once its task is over', async () => {
    const session = await t.session(1)
    t.push(1)
    t.standing.now = false
    expect(commandOf(await t.inform(session))).toBeUndefined()
    expect(t.channel.counts()).toMatchObject({ http_command_withdrawn: 1 })
  })

  test('is not handed to whoever is refused', async () => {
    await t.session(1)
    t.push(1)
    expect(commandOf(await t.auth(1, { sign: '0'.repeat(64) }))).toBeUndefined()
    expect(commandOf(await t.inform('forged'))).toBeUndefined()
    expect(commandOf(await t.auth(1))).toBeDefined()
  })
})

test('of two ways to a device the first that has it takes the push', () => {
  const taken: string[] = []
  const door = (name: string, has: boolean): DeviceDoor => ({
    push: () => (taken.push(name), has),
    close: () => void taken.push(`${name} closed`),
    sessions: () => 2,
  })
  const device = { deviceId: idOf(1), orgId: 'org', ...keysOf(1) }
  expect(createDoors(door('mqtt', true), door('http', true)).push(device, upgradeTo('2'))).toBe(true)
  expect(createDoors(door('none', false), door('http', false)).push(device, upgradeTo('2'))).toBe(false)
  expect(taken).toEqual(['mqtt', 'none', 'http'])
  const both = createDoors(door('a', false), door('b', true))
  both.close(idOf(1), 'why')
  expect([taken.slice(3), both.sessions()]).toEqual([['a closed', 'b closed'], 4])
})
