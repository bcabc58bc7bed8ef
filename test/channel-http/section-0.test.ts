import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { keysOf, SHA256, startDeviceHttp, topicOf, type TestDeviceHttp } from '../support/device-http.ts'
import { ask, authBody, authenticate, commandOf, publish } from '../support/http-wire.ts'

/*
 * The must-read list of the protocol page for the HTTP integration, statement by statement, over real sockets. What is
 * about subscriptions and CONNACK (13, 14) has no counterpart here.
 */

let t: TestDeviceHttp
let session: string
beforeEach(async () => {
  t = await startDeviceHttp()
  session = await t.session(1)
})
afterEach(() => t.stop())

const say = (part: string, message: unknown) => publish(t.port, session, topicOf(1, part), message)
const offer = { version: '1.5.0', signMethod: 'sha256', sign: SHA256, fileUrl: 'https://x/1', fileSize: 5 } as const

describe('whatever the client', () => {
  test('1. a push comes unasked, with the answer to whatever the device says next', async () => {
    t.push(1)
    expect(commandOf(await say('progress', { id: '1', params: { step: '1' } }))).toMatchObject({
      topic: topicOf(1, 'upgrade'),
      method: 'ota.device.upgrade',
    })
  })

  test('2. a new session is answered whatever became of the one before', async () => {
    const other = await t.session(1)
    expect((await t.inform(other)).json).toMatchObject({ id: '17', code: 200 })
    expect((await t.inform(session)).json).toMatchObject({ id: '17', code: 200 })
  })

  test('3. the signature is a digest in either case', async () => {
    const body = authBody(keysOf(1), 'secret-dev1')
    const sign = /"sign":"([0-9a-f]+)"/.exec(body)?.[1] ?? ''
    for (const text of [sign.toLowerCase(), sign.toUpperCase()])
      expect((await authenticate(t.port, keysOf(1), body.replace(sign, text))).json?.code).toBe(200)
  })

  test.each([300_000, '300000', '300000.5'])(
    '4. the lifetime %j is signed as the text that it came as',
    async (lifetime) => {
      const { json } = await authenticate(t.port, keysOf(1), authBody(keysOf(1), 'secret-dev1', { lifetime }))
      expect(json?.code).toBe(typeof lifetime === 'string' && lifetime.includes('.') ? 460 : 200)
    },
  )

  test('5. a session is of the device that opened it, and of no other', async () => {
    expect(
      (await publish(t.port, session, topicOf(2, 'inform'), { id: '1', params: { version: '9' } })).json?.code,
    ).toBe(1009)
    expect(t.reports()).toEqual([])
  })

  test.each([
    ['"00017"', '00017'],
    ['17', '17'],
  ])('6. the id %s comes back as the text %s', async (id, text) => {
    expect((await say('inform', `{"id":${id},"params":{"version":"1"}}`)).json?.id).toBe(text)
  })

  test('7. the id of a command is text that no counter reaches', async () => {
    t.push(1)
    expect(commandOf(await t.inform(session))?.id).toMatch(/^[0-9a-f-]{36}$/)
  })

  test('8. codes are integers, and an answer with a code in text is read', async () => {
    for (const part of ['inform', 'progress', 'getversion'])
      expect((await say(part, { id: '1', params: { version: '1', step: '1' } })).json?.code).toBe(200)
    await say('upgrade_reply', '{"id":"7000002","code":"1101","data":"","message":"m"}')
    expect(t.reports().at(-1)).toEqual({ kind: 'upgradeReply', commandId: '7000002', code: 1101, message: 'm' })
  })

  test('9. the topic says what a message is, whatever its method', async () => {
    await say('progress', { id: '1', method: 'ota.device.inform', params: { step: '5', desc: 'x', version: '9' } })
    expect(t.reports()).toEqual([{ kind: 'progress', step: 5, text: 'x' }])
  })

  test('10. data is an object or a list, never a bare word', async () => {
    expect((await say('inform', { id: '1', params: { version: '1' } })).json?.data).toEqual({})
    expect((await say('inform', { id: '1', params: {} })).json?.data).toEqual({})
    expect((await say('getversion', { id: '1', params: {} })).json?.data).toEqual([])
  })

  test('11. all five fields are offered, the size as an integer', async () => {
    t.memory.answer = () => ({ code: 200, message: 'ok', offer })
    expect((await say('getversion', { id: '1', params: {} })).json?.data).toEqual([offer])
  })

  test('12. no upgrade_reply is asked for: progress and inform are enough', async () => {
    t.push(1)
    await say('progress', { id: '1', params: { step: '20', desc: '' } })
    await say('inform', { id: '2', params: { version: '1.5.0' } })
    expect(t.reports().map(({ kind }) => kind)).toEqual(['progress', 'inform'])
  })

  test('doubled slashes are one, as the samples send them', async () => {
    const path = `//topic//sys/pkAlpha1//dev1/ota/device/inform?sessionId=${session}`
    expect((await ask(t.port, 'POST', path, { body: '{"id":"1","params":{"version":"1"}}' })).json?.code).toBe(200)
  })
})
