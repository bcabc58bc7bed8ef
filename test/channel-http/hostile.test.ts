import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { signAuth } from '#contract/device/http.ts'

import { FILE, FIRMWARE, keysOf, startDeviceHttp, topicOf, type TestDeviceHttp } from '../support/device-http.ts'
import { ask, authBody, authenticate, commandOf, exchange, publish, type WireAnswer } from '../support/http-wire.ts'

/*
 * Two devices of one product: dev1, to whom an upgrade was pushed, and dev2, which is hostile and holds a session and
 * an upgrade of its own. It knows every name, and of dev1 neither secret nor session.
 */

let t: TestDeviceHttp
let own: string
let victim: string
beforeAll(async () => {
  const free = { perSecond: 1e6, burst: 1e6 }
  t = await startDeviceHttp({ limits: { sessionsOfDevice: free, messagesOfDevice: free, authsOfAddress: free } })
  victim = await t.session(1)
  own = await t.session(2)
  t.push(1)
})
afterAll(() => t.stop())

const INFORM = { id: '1', params: { version: '9.9.9' } }
const send = (topic: string, message: unknown = INFORM, session = own) => publish(t.port, session, topic, message)
const get = (path: string, headers = {}) => ask(t.port, 'GET', path, { headers })
const file = (device: string, fileUri: string, session = own, end = '') =>
  get(`//multipart/sys/pkAlpha1/${device}/file/download${end}?sessionId=${session}&fileUri=${fileUri}&category=ota`)

/** A session id of one's own whose inside says something else. */
function rewritten(change: (claims: unknown[]) => void): string {
  const [text = '', mac = ''] = own.split('.')
  const claims = JSON.parse(Buffer.from(text, 'base64url').toString()) as unknown[]
  change(claims)
  return `${Buffer.from(JSON.stringify(claims)).toString('base64url')}.${mac}`
}
const asVictim = (claims: unknown[]) => void claims.splice(1, 3, t.devices[0]?.deviceId, 'pkAlpha1', 'dev1')

const body1 = (secret: string, changes: object = {}) => authBody(keysOf(1), secret, { ...changes })
const auth1 = (body: string) => authenticate(t.port, keysOf(1), body)
const raw =
  (request: string, body = JSON.stringify(INFORM)) =>
  async () => {
    const heard = await exchange(
      t.port,
      `${request.replaceAll('$own', own)}\r\nHost: x\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
    )
    return Buffer.from(heard, 'latin1')
  }

type Act = () => Promise<WireAnswer | Buffer>
const ATTEMPTS: Readonly<Record<string, Act>> = {
  'auth with its own secret': () => auth1(body1('secret-dev2')),
  'auth with the product’s secret': () => auth1(body1('psSecret01')),
  'auth with no secret': () => auth1(body1('')),
  'auth with an empty signature': () => auth1(body1('x', { sign: '' })),
  'auth with no signature': () => auth1(body1('x', { sign: null })),
  'auth with a list of signatures': () => auth1(body1('x', { sign: ['', '0'.repeat(64)] })),
  'auth with MD5': () => auth1(body1('x', { signMethod: 'md5' })),
  'auth with the keys moved into each other': () =>
    authenticate(t.port, { productKey: 'pkAlpha1dev1', deviceKey: 'dev1' }, body1('secret-dev2')),
  'auth as the victim within its own path': () =>
    authenticate(t.port, keysOf(2), body1('secret-dev2', { deviceKey: 'dev1', productKey: 'pkAlpha1' })),
  'auth whose lifetime hides a key': () =>
    auth1(
      body1('x', {
        lifetime: '300000productKeypkAlpha1',
        sign: signAuth(keysOf(2), { signMethod: 'sha256', lifetime: '300000' }, 'secret-dev2'),
      }),
    ),
  'auth with a path that goes up': () =>
    ask(t.port, 'POST', '/auth/pkAlpha1/dev2/../dev1', { body: body1('secret-dev2') }),
  'inform on the victim’s topic': () => send(topicOf(1, 'inform')),
  'progress on the victim’s topic': () => send(topicOf(1, 'progress'), { id: '1', params: { step: '-1' } }),
  'getversion on the victim’s topic': () => send(topicOf(1, 'getversion'), { id: '1', params: {} }),
  'upgrade_reply on the victim’s topic': () => send(topicOf(1, 'upgrade_reply'), { id: '1', code: 500 }),
  'the victim’s topic in doubled slashes': () => send('//sys//pkAlpha1//dev1/ota/device/inform'),
  'the victim’s topic in escapes': () => send('/sys/pkAlpha1/%64ev1/ota/device/inform'),
  'the victim’s topic behind its own': () => send('/sys/pkAlpha1/dev2/../dev1/ota/device/inform'),
  'the victim’s topic behind its own, escaped': () => send('/sys/pkAlpha1/dev2%2f..%2fdev1/ota/device/inform'),
  'the victim’s topic in other case': () => send('/sys/pkAlpha1/DEV1/ota/device/inform'),
  'the victim’s topic with a NUL': () => send('/sys/pkAlpha1/dev1%00/ota/device/inform'),
  'the victim’s keys in the message': () =>
    send(topicOf(1, 'inform'), { ...INFORM, productKey: 'pkAlpha1', deviceKey: 'dev1', sessionId: victim }),
  'a session id rewritten to the victim': () => send(topicOf(1, 'inform'), INFORM, rewritten(asVictim)),
  'a session id without its seal': () => send(topicOf(1, 'inform'), INFORM, rewritten(asVictim).split('.')[0]),
  'a session id of two halves': () =>
    send(topicOf(1, 'inform'), INFORM, `${victim.split('.')[0]}.${own.split('.')[1]}`),
  'two session ids': () => send(topicOf(1, 'inform'), INFORM, `${own}&sessionId=${victim.slice(0, -1)}`),
  'the session id as a header': () =>
    ask(t.port, 'POST', `/topic${topicOf(1, 'inform')}`, {
      headers: { sessionid: own, cookie: `session=${own}` },
      body: '{}',
    }),
  'two requests in one': raw(
    `POST /topic${topicOf(1, 'inform')}?sessionId=$own HTTP/1.1\r\nTransfer-Encoding: chunked`,
  ),
  'a path in absolute form': raw(`POST http://x/topic${topicOf(1, 'inform')}?sessionId=$own HTTP/1.1`),
  'its link on the victim’s path': () => file('dev1', t.linkOf(2)),
  'the victim’s link by its own session': () => file('dev2', t.linkOf(1)),
  'the victim’s link on the victim’s path': () => file('dev1', t.linkOf(1)),
  'the victim’s name by its own session': () => file('dev2', `enos-connect://${FIRMWARE}/${t.grant(1)}`),
  'the address of the victim’s file': () => file('dev2', t.linkOf(1), own, '/url'),
  'the victim’s link without a session': () => file('dev1', t.linkOf(1), ''),
  'the victim’s link by a rewritten session': () => file('dev1', t.linkOf(1), rewritten(asVictim)),
  'its link with the victim’s id inside': () => get(new URL(t.linkOf(2)).pathname.replace(t.grant(2), swapped())),
  'a link without a token': () => get(`/files/${FIRMWARE}/`),
  'a link with a token of zeros': () => get(`/files/${FIRMWARE}/${'A'.repeat(99)}`),
  'a file of the server': () => file('dev2', 'enos-connect://../../secrets.json'),
}

/** The token of dev2 with the device of dev1 written into it. */
function swapped(): string {
  const [mine, theirs] = [Buffer.from(t.grant(2), 'base64url'), Buffer.from(t.grant(1), 'base64url')]
  theirs.copy(mine, 16, 16, 32)
  return mine.toString('base64url')
}

describe('a hostile device is not taken for another by', () => {
  test('any of at least forty attempts', () => {
    expect(Object.keys(ATTEMPTS).length).toBeGreaterThanOrEqual(40)
  })

  test.each(Object.entries(ATTEMPTS))('%s', async (_name, act) => {
    const before = t.seen.length
    const answer = await act()
    const bytes = Buffer.isBuffer(answer) ? answer : answer.body
    const all = `${bytes.toString('latin1')} ${Buffer.isBuffer(answer) ? '' : JSON.stringify(answer.headers)}`
    expect(bytes.includes(FILE.subarray(0, 64))).toBe(false)
    expect(all).not.toContain('ota.device.upgrade')
    expect(all).not.toContain('secret-dev1')
    expect(all).not.toMatch(/"code":200|files\/0190/)
    expect(t.seen.slice(before).filter(({ device }) => device.deviceKey === 'dev1')).toEqual([])
  })
})

test('after all of that the other device has its session, its push and its file', async () => {
  expect(commandOf(await t.inform(victim, 1))).toMatchObject({ topic: topicOf(1, 'upgrade') })
  expect((await file('dev1', t.linkOf(1), victim)).body.equals(FILE)).toBe(true)
})
