import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { signAuth } from '#contract/device/http.ts'

import { deviceOf } from '../support/channel.ts'
import { idOf, keysOf, startDeviceHttp, type TestDeviceHttp } from '../support/device-http.ts'
import { ask, authBody, authenticate, exchange, publish, sessionOf } from '../support/http-wire.ts'

let t: TestDeviceHttp
beforeEach(async () => {
  t = await startDeviceHttp({
    devices: [
      deviceOf('dkOne', { deviceId: idOf(90), deviceSecret: 'dsSecret01' }),
      deviceOf('off1', { enabled: false }),
      deviceOf('tls1', { tlsRequired: true }),
      deviceOf('new1', { activated: false, dynamicActivation: true }),
    ],
  })
})
afterEach(() => t.stop())

const VECTOR = '5ce08ec594e9113eff079760e67947d15ae5a7b41af7bcc39b1634d04254ee5a'
const one = { productKey: 'pkAlpha1', deviceKey: 'dkOne' }
const authOf = (changes: Record<string, unknown> = {}, keys = one) =>
  authenticate(t.port, keys, authBody(keys, 'dsSecret01', changes))

describe('auth (4.1)', () => {
  test('opens a session for the signature of the protocol’s vector', async () => {
    const { status, headers, json } = await authOf({ sign: VECTOR })
    expect(status).toBe(200)
    expect(headers['content-type']).toContain('application/json')
    expect(json).toEqual({ code: 200, data: { sessionId: expect.stringMatching(/^[\w.-]+$/) }, message: '' })
  })

  test('signs over the names in order, the method among them, and the device secret', () => {
    expect(signAuth(one, { signMethod: 'sha256', lifetime: '300000' }, 'dsSecret01')).toBe(VECTOR)
  })

  test('is refused with one changed character, wherever it is', async () => {
    for (let at = 0; at < VECTOR.length; at++) {
      const wrong = VECTOR[at] === '0' ? '1' : '0'
      const { status, json } = await authOf({ sign: VECTOR.slice(0, at) + wrong + VECTOR.slice(at + 1) })
      expect([status, json?.code, json?.data]).toEqual([200, 401, {}])
    }
  })

  test('compares the signature without regard to case', async () => {
    expect((await authOf({ sign: VECTOR.toUpperCase() })).json?.code).toBe(200)
  })

  test.each([
    ['a number', 300_000],
    ['a string', '300000'],
  ])('takes a lifetime that is %s', async (_kind, lifetime) => {
    expect((await authOf({ lifetime, sign: VECTOR })).json?.code).toBe(200)
  })

  test('does without clientInfo and acceptCommandTypes, which older clients leave out', async () => {
    const body = JSON.stringify({ signMethod: 'sha256', lifetime: 300_000, sign: VECTOR })
    expect((await authenticate(t.port, one, body)).json?.code).toBe(200)
  })

  test('takes a path with one slash, two slashes, or slashes everywhere', async () => {
    for (const path of ['/auth/pkAlpha1/dkOne', '//auth/pkAlpha1/dkOne', '///auth//pkAlpha1///dkOne'])
      expect((await ask(t.port, 'POST', path, { body: authBody(one, 'dsSecret01') })).json?.code).toBe(200)
  })

  test('takes a path with the host before it, as it is said to a proxy', async () => {
    for (const host of ['http://127.0.0.1', 'HTTPS://ota.example:8443/'])
      expect(
        (await ask(t.port, 'POST', `${host}/auth/pkAlpha1/dkOne`, { body: authBody(one, 'dsSecret01') })).json?.code,
      ).toBe(200)
  })

  test.each(['application/json', 'application/octet-stream', 'text/plain', 'no type at all', undefined])(
    'takes a body of content type %s',
    async (type) => {
      const headers = type === undefined ? {} : { 'content-type': type }
      const answer = await ask(t.port, 'POST', '//auth/pkAlpha1/dkOne', { headers, body: authBody(one, 'dsSecret01') })
      expect(answer.json?.code).toBe(200)
    },
  )

  test('works in the bytes of the SDK, over a bare socket', async () => {
    const body = authBody(one, 'dsSecret01')
    const heard = await exchange(
      t.port,
      `POST //auth/pkAlpha1/dkOne HTTP/1.1\r\nContent-Type: application/json; charset=utf-8\r\nContent-Length: ${body.length}\r\n`,
      `Host: 127.0.0.1:${t.port}\r\nConnection: close\r\nAccept-Encoding: gzip\r\nUser-Agent: okhttp/3.11.0\r\n\r\n${body}`,
    )
    expect(heard).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
    expect(heard).toMatch(/\r\n\r\n\{"code":200,"data":\{"sessionId":"[^"]+"\},"message":""\}$/)
  })
})

describe('auth is refused', () => {
  test('of an unknown device exactly as of a wrong signature', async () => {
    const [wrong, unknown] = [await authOf({ sign: 'f'.repeat(64) }), await authOf({}, { ...one, deviceKey: 'nobody' })]
    expect(wrong.json).toEqual(unknown.json)
    expect(wrong.json).toMatchObject({ code: 401, data: {} })
  })

  test.each([
    ['of a disabled device', 'off1', /disabled/],
    ['over plain HTTP where the product requires TLS', 'tls1', /HTTPS/],
  ])('%s, which is told why once it has shown its secret', async (_when, deviceKey, why) => {
    const keys = { productKey: 'pkAlpha1', deviceKey }
    const right = await authenticate(t.port, keys, authBody(keys, `secret-${deviceKey}`))
    expect(right).toMatchObject({ status: 200, json: { code: 401, message: expect.stringMatching(why) } })
    const wrong = await authenticate(t.port, keys, authBody(keys, 'guess'))
    expect(wrong.json?.message).not.toMatch(why)
    expect(t.seen).toEqual([])
  })

  test.each([
    ['', 1251],
    ['{"signMethod":', 1220],
    ['\xff\xfe', 1220],
    ['[]', 460],
    ['{}', 460],
    [authBody(one, 'dsSecret01', { signMethod: 'md5' }), 460],
    [authBody(one, 'dsSecret01', { lifetime: 0 }), 460],
    [authBody(one, 'dsSecret01', { lifetime: -5 }), 460],
    [authBody(one, 'dsSecret01', { lifetime: 1e15 }), 460],
    [authBody(one, 'dsSecret01', { lifetime: 'soon' }), 460],
    [authBody(one, 'dsSecret01', { sign: 17 }), 401],
    [authBody(one, 'dsSecret01', { more: 'x'.repeat(5_000) }), 1008],
  ])('with HTTP 200 and a code inside (%#)', async (body, code) => {
    const answer = await authenticate(t.port, one, body)
    expect([answer.status, answer.json?.code]).toEqual([200, code])
  })

  test('when the keys are no keys', async () => {
    for (const deviceKey of ['a', 'x'.repeat(500), '..%2F..', '%00%00%00%00', "'; drop--"])
      expect((await authOf({}, { ...one, deviceKey: encodeURIComponent(deviceKey) })).json?.code).toBe(401)
  })

  test('when one device opens sessions in a tight loop, and its neighbour is let in all the same', async () => {
    const codes = await Promise.all(Array.from({ length: 40 }, async () => (await t.auth(1)).json?.code))
    expect(codes.filter((code) => code === 200)).toHaveLength(30)
    const last = await t.auth(1)
    expect(last.json?.code).toBe(429)
    expect(Number(last.headers['retry-after'])).toBeGreaterThan(0)
    expect((await t.auth(2)).json?.code).toBe(200)
    await t.clock.advance(60_000)
    expect((await t.auth(1)).json?.code).toBe(200)
  })

  test('wrong signatures of others do not use up what a device may open', async () => {
    for (let attempt = 0; attempt < 50; attempt++) await authOf({ sign: '0'.repeat(64) })
    expect((await authOf()).json?.code).toBe(200)
  })

  test('is counted by reason', async () => {
    await authOf({ sign: '0'.repeat(64) })
    await authOf()
    expect(t.channel.counts()).toMatchObject({ http_auth: 1, http_auth_refused_wrongSignature: 1 })
  })
})

test('an address that floods is told to wait', async () => {
  const busy = await startDeviceHttp({ limits: { authsOfAddress: { perSecond: 1, burst: 3 } } })
  for (let attempt = 0; attempt < 3; attempt++) expect((await busy.auth(attempt + 1)).json?.code).toBe(200)
  expect((await busy.auth(4)).json).toMatchObject({ code: 429, message: expect.stringMatching(/try again/) })
  await busy.clock.advance(1_000)
  expect((await busy.auth(4)).json?.code).toBe(200)
  await busy.stop()
})

test('a device that shows its own secret has spent its activation', async () => {
  const keys = { productKey: 'pkAlpha1', deviceKey: 'new1' }
  await authenticate(t.port, keys, authBody(keys, 'secret-new1'))
  expect(t.devices.find(({ deviceKey }) => deviceKey === 'new1')?.activated).toBe(true)
})

test('TLS that ends at a trusted proxy counts as TLS', async () => {
  const behind = await startDeviceHttp({ trustProxy: true, devices: [deviceOf('tls1', { tlsRequired: true })] })
  const keys = { productKey: 'pkAlpha1', deviceKey: 'tls1' }
  const headers = { 'x-forwarded-proto': 'https', 'x-forwarded-for': '10.1.1.1' }
  const auth = await ask(behind.port, 'POST', '//auth/pkAlpha1/tls1', { headers, body: authBody(keys, 'secret-tls1') })
  const session = sessionOf(auth)
  const topic = '/sys/pkAlpha1/tls1/ota/device/inform'
  expect((await publish(behind.port, session, topic, { id: '1', params: { version: '1' } })).json?.code).toBe(401)
  const inform = { headers, body: '{"id":"1","params":{"version":"1"}}' }
  expect((await ask(behind.port, 'POST', `//topic${topic}?sessionId=${session}`, inform)).json?.code).toBe(200)
  await behind.stop()
})

test('keys in the path and keys in the signature are the same', async () => {
  const body = authBody(keysOf(1), 'secret-dev2')
  expect((await authenticate(t.port, keysOf(2), body)).json?.code).toBe(401)
})
