import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { idOf, startDeviceHttp, topicOf, type TestDeviceHttp } from '../support/device-http.ts'
import { ask, chunk, exchange, publish } from '../support/http-wire.ts'

let t: TestDeviceHttp
let session: string
beforeEach(async () => {
  t = await startDeviceHttp()
  session = await t.session(1)
})
afterEach(() => t.stop())

const send = (part: string, message: unknown) => publish(t.port, session, topicOf(1, part), message)

describe('a message (4.2)', () => {
  test('inform is reported, and answered with its id in the envelope', async () => {
    const { status, json } = await send('inform', {
      id: '1',
      version: '1.1',
      params: { version: '1.4.0' },
      method: 'x',
    })
    expect([status, json]).toEqual([200, { id: '1', code: 200, data: {}, message: 'ok' }])
    expect(t.seen.at(-1)).toMatchObject({
      device: { deviceId: idOf(1), orgId: 'org', productKey: 'pkAlpha1', deviceKey: 'dev1' },
      report: { kind: 'inform', version: '1.4.0' },
    })
  })

  test('inform keeps a number as its text', async () => {
    await send('inform', '{"id":"1","params":{"version":1.0}}')
    expect(t.reports()).toEqual([{ kind: 'inform', version: '1.0' }])
  })

  test('progress takes a step as text or number, and does without desc, which Java drops when it is null', async () => {
    expect((await send('progress', { id: '2', params: { step: '20' } })).json?.code).toBe(200)
    expect((await send('progress', { id: '3', params: { step: -5, desc: 'no' } })).json?.code).toBe(200)
    expect(t.reports()).toEqual([
      { kind: 'progress', step: 20, text: '' },
      { kind: 'progress', step: -5, text: 'no' },
    ])
  })

  test('getversion is answered with a list: of the one firmware that is offered, or empty', async () => {
    expect((await send('getversion', { id: '5', params: {} })).json).toMatchObject({ id: '5', code: 200, data: [] })
    const offer = { version: '1.5.0', signMethod: 'md5' as const, sign: 'a', fileUrl: 'https://x', fileSize: 300_000 }
    t.memory.answer = () => ({ code: 200, message: '', offer })
    expect((await send('getversion', { id: '5', params: {} })).json).toMatchObject({ data: [offer] })
  })

  test('upgrade_reply is taken and answered, since every POST has an answer', async () => {
    const { json } = await send('upgrade_reply', { id: '7000003', code: 200, data: {} })
    expect(json).toEqual({ id: '7000003', code: 200, data: {}, message: 'ok' })
    expect(t.reports()).toEqual([{ kind: 'upgradeReply', commandId: '7000003', code: 200, message: '' }])
  })

  test('is answered after it is durable, and not before', async () => {
    let commit = () => {}
    t.memory.answer = () =>
      new Promise((resolve) => {
        commit = () => resolve({ code: 200, message: '' })
      })
    const answered = { yet: false }
    const sending = send('inform', { id: '1', params: { version: '1' } }).then((answer) => {
      answered.yet = true
      return answer
    })
    await t.until((entry) => entry.what === 'report')
    expect(answered.yet).toBe(false)
    commit()
    expect((await sending).json?.code).toBe(200)
  })

  test('that could not be kept is answered with a failure of the server', async () => {
    t.memory.answer = () => Promise.reject(new Error('the disk is full'))
    const { status, json } = await send('inform', { id: '1', params: { version: '1' } })
    expect([status, json?.code]).toEqual([500, 500])
    expect(JSON.stringify(json)).not.toContain('disk')
  })

  test('may come in any content type and with slashes doubled anywhere', async () => {
    for (const type of ['application/octet-stream', 'text/xml', ''])
      for (const path of [`/topic${topicOf(1, 'inform')}`, `//topic//sys//pkAlpha1/dev1/ota//device/inform`]) {
        const answer = await ask(t.port, 'POST', `${path}?sessionId=${session}`, {
          headers: { 'content-type': type },
          body: '{"id":"1","params":{"version":"1"}}',
        })
        expect(answer.json?.code).toBe(200)
      }
    expect(t.reports()).toHaveLength(6)
  })

  test('may come in pieces of unknown length', async () => {
    const heard = await exchange(
      t.port,
      `POST /topic${topicOf(1, 'inform')}?sessionId=${session} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n`,
      chunk('{"id":"1","params'),
      chunk('":{"version":"2.0"}}') + chunk(''),
    )
    expect(heard).toContain('"code":200')
    expect(t.reports()).toEqual([{ kind: 'inform', version: '2.0' }])
  })
})

describe('a message is refused with HTTP 200 and a code inside', () => {
  test('1009 on a topic of another device', async () => {
    for (const topic of [
      topicOf(2, 'inform'),
      '/sys/pkOther1/dev1/ota/device/inform',
      '/sys/pkAlpha1/Dev1/ota/device/inform',
    ])
      expect(await publish(t.port, session, topic, { id: '9', params: { version: '1' } })).toMatchObject({
        status: 200,
        json: { id: '9', code: 1009 },
      })
    expect(t.reports()).toEqual([])
  })

  test.each([
    ['', 1251],
    ['{"id":', 1220],
    ['not json', 1220],
    [Buffer.from([0x7b, 0xff, 0x7d]), 1220],
    ['[]', 460],
    ['{"id":"4","params":{}}', 460],
    [`{"id":"4","params":{"version":"${'x'.repeat(40_000)}"}}`, 1008],
    [`{"id":"4","params":{"version":"${'x'.repeat(70_000)}"}}`, 1008],
    [`{"id":"4","params":{"version":"${'x'.repeat(2_000_000)}"}}`, 1008],
  ])('%#: empty 1251, malformed 1220, incomplete 460, too large 1008', async (message, code) => {
    const { status, json } = await send('inform', message)
    expect([status, json?.code]).toEqual([200, code])
    if (code === 1008) expect(json?.id).toBe('4')
    expect(t.reports()).toEqual([])
  })

  test.each([
    topicOf(1, 'request'),
    '/sys/pkAlpha1/dev1/thing/measurepoint/post',
    '/ext/session/pkAlpha1/dev1/combine/login',
    '/nonsense',
    '/',
  ])('400 on %s, which this service does not take', async (topic) => {
    const { status, json } = await publish(t.port, session, topic, { id: '6', params: {} })
    expect([status, json?.id, json?.code]).toEqual([200, '6', 400])
  })

  test('429 when a device sends without pause, while its neighbour is served', async () => {
    const neighbour = await t.session(2)
    const codes: (number | undefined)[] = []
    for (let count = 0; count < 220; count++) codes.push((await t.inform(session)).json?.code)
    expect(codes.filter((code) => code === 200)).toHaveLength(200)
    expect(codes.at(-1)).toBe(429)
    expect((await t.inform(neighbour, 2)).json?.code).toBe(200)
  })

  test('and is counted by its code', async () => {
    await send('inform', '{')
    await t.inform('forged')
    expect(t.channel.counts()).toMatchObject({ message_refused_1220: 1, http_message_refused_sessionEnded: 1 })
  })

  test('the number of calls of an address does not count: a fleet may stand behind one', async () => {
    for (let count = 0; count < 20; count++) expect((await t.inform(session)).status).toBe(200)
  })
})

describe('files that devices would send', () => {
  const form = '--b\r\nContent-Disposition: form-data; name="enos-message"\r\n\r\n{}\r\n--b--\r\n'

  test('are refused with a code, whatever the form holds', async () => {
    for (const body of [form, 'x'.repeat(300_000)]) {
      const path = `//multipart/sys/pkAlpha1/dev1/thing/measurepoint/post?sessionId=${session}&useLark=true`
      const headers = { 'content-type': 'multipart/form-data; boundary=b' }
      const { status, json } = await ask(t.port, 'POST', path, { headers, body })
      expect([status, json?.code]).toEqual([200, 400])
    }
  })

  test('cannot be deleted either; here the id is a number', async () => {
    const path = `//multipart/sys/pkAlpha1/dev1/file/delete?sessionId=${session}&fileUri=enos-connect://x.bin`
    expect((await ask(t.port, 'POST', path)).json).toEqual({ id: 1, code: 400, data: '', message: expect.any(String) })
  })
})

describe('a sender that is slow or endless', () => {
  test('has its connection ended: the body in time, or not at all', async () => {
    const quick = await startDeviceHttp({ body: { withinMs: 50 } })
    const id = await quick.session(1)
    const head = `POST /topic${topicOf(1, 'inform')}?sessionId=${id} HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"id":`
    expect(await exchange(quick.port, head)).toBe('')
    expect((await quick.inform(id)).json?.code).toBe(200)
    await quick.stop()
  })

  test('has its connection ended when the body does not end', async () => {
    const strict = await startDeviceHttp({ body: { readBytes: 100_000 } })
    const id = await strict.session(1)
    const head = `POST /topic${topicOf(1, 'inform')}?sessionId=${id} HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n`
    const piece = chunk('x'.repeat(50_000))
    expect(await exchange(strict.port, head, piece, piece, piece)).not.toContain('"code":200')
    expect((await strict.inform(id)).json?.code).toBe(200)
    await strict.stop()
  })
})
