import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { FILE, FIRMWARE, SHA256, startDeviceHttp, type TestDeviceHttp } from '../support/device-http.ts'
import { ask, exchange } from '../support/http-wire.ts'

let t: TestDeviceHttp
let session: string
beforeEach(async () => {
  t = await startDeviceHttp()
  session = await t.session(1)
})
afterEach(() => t.stop())

const uri = (device = 1) => `enos-connect://${FIRMWARE}/${t.grant(device)}`

interface Asked {
  fileUri?: string
  device?: string
  category?: string
  as?: string
  headers?: Record<string, string>
  method?: string
  url?: boolean
}
const get = ({
  fileUri = uri(),
  device = 'dev1',
  category = 'ota',
  as = session,
  headers = {},
  method = 'GET',
  url,
}: Asked = {}) =>
  ask(
    t.port,
    method,
    `//multipart/sys/pkAlpha1/${device}/file/download${url ? '/url' : ''}?sessionId=${as}&fileUri=${fileUri}&category=${category}`,
    { headers },
  )

describe('a file by its enos-connect name (4.4)', () => {
  test('is sent as raw bytes, with its length and its digest as tag', async () => {
    const { status, headers, body } = await get()
    expect(status).toBe(200)
    expect(body.equals(FILE)).toBe(true)
    expect(headers).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(FILE.length),
      'accept-ranges': 'bytes',
      etag: `"${SHA256}"`,
    })
  })

  test('is found by the unescaped name, by the escaped one, by the link itself as the official sample has it', async () => {
    const token = t.grant(1)
    const names = [
      uri(),
      encodeURIComponent(uri()),
      `enos-lark://${FIRMWARE}/${token}`,
      t.linkOf(1),
      encodeURIComponent(t.linkOf(1)),
    ]
    for (const fileUri of names) expect((await get({ fileUri })).body.equals(FILE)).toBe(true)
  })

  test('is sent to the bytes of the SDK, over a bare socket', async () => {
    const heard = await exchange(
      t.port,
      `GET //multipart/sys/pkAlpha1/dev1/file/download?sessionId=${session}&fileUri=${uri()}&category=ota HTTP/1.1\r\n`,
      `Host: 127.0.0.1\r\nRange: bytes=0-3\r\nConnection: close\r\nUser-Agent: okhttp/3.11.0\r\n\r\n`,
    )
    const bytes = FILE.subarray(0, 4).toString('latin1')
    expect(heard).toMatch(/^HTTP\/1\.1 206 Partial Content\r\n/)
    expect(heard.toLowerCase()).toContain('content-length: 4\r\n')
    expect(heard.endsWith(`\r\n\r\n${bytes}`)).toBe(true)
  })

  test.each([
    ['bytes=0-99', 0, 99],
    ['bytes=99990-', 99_990, 99_999],
    ['bytes=-10', 99_990, 99_999],
    ['bytes=99990-200000', 99_990, 99_999],
    ['bytes=-200000', 0, 99_999],
  ])('is sent in part for Range %s', async (range, start, end) => {
    const { status, headers, body } = await get({ headers: { range } })
    expect([status, headers['content-range']]).toEqual([206, `bytes ${start}-${end}/100000`])
    expect(headers['content-length']).toBe(String(end - start + 1))
    expect(body.equals(FILE.subarray(start, end + 1))).toBe(true)
  })

  test.each(['bytes=100000-', 'bytes=100000-100001', 'bytes=-0'])('is refused with 416 for Range %s', async (range) => {
    const { status, headers } = await get({ headers: { range } })
    expect([status, headers['content-range']]).toEqual([416, 'bytes */100000'])
  })

  test('is continued only when it is still the same (If-Range), else sent whole', async () => {
    const range = 'bytes=50000-'
    const same = await get({ headers: { range, 'if-range': `"${SHA256}"` } })
    const other = await get({ headers: { range, 'if-range': '"another"' } })
    expect([same.status, same.body.length]).toEqual([206, 50_000])
    expect([other.status, other.body.length]).toEqual([200, 100_000])
  })

  test('has an address that is fetched with no session and no headers; here the id is a number', async () => {
    const { status, json } = await get({ url: true, fileUri: `enos-lark://${FIRMWARE}/${t.grant(1)}` })
    expect([status, json]).toEqual([200, { id: 1, code: 200, data: t.linkOf(1), message: '' }])
    const { pathname } = new URL(String(json?.data))
    expect((await ask(t.port, 'GET', pathname)).body.equals(FILE)).toBe(true)
  })

  test('counts as a use of the session', async () => {
    for (let round = 0; round < 4; round++) {
      await t.clock.advance(300_000)
      expect((await get()).status).toBe(200)
    }
  })
})

describe('a file is refused by HTTP status, with a reason that a person can read', () => {
  /** Of the file itself and of its address: both must agree. */
  const refusal = async (asked: Asked) => {
    const [file, address] = [await get(asked), await get({ ...asked, url: true })]
    expect(file.body.equals(FILE)).toBe(false)
    expect(address).toMatchObject({ status: file.status, json: { id: 1, code: file.status, data: '' } })
    const { title } = JSON.parse(file.body.toString()) as { title: string }
    expect(title).toMatch(/^[A-Z].*\.$/)
    expect(address.json?.message).toBe(title)
    return file.status
  }

  test('403 for what was offered to another device, by whichever name', async () => {
    for (const fileUri of [uri(2), t.linkOf(2)]) expect(await refusal({ fileUri })).toBe(403)
  })

  test('403 on the path of another device', async () => {
    expect(await refusal({ device: 'dev2', fileUri: uri(2) })).toBe(403)
    expect(await refusal({ device: 'dev2' })).toBe(403)
  })

  test('401 without a session, with a forged one, or one that has ended', async () => {
    for (const as of ['', 'forged', `${session}x`]) expect(await refusal({ as })).toBe(401)
    await t.clock.advance(3_600_000)
    expect(await refusal({})).toBe(401)
  })

  test('404 for a name that is none of ours, and for feature files', async () => {
    for (const fileUri of [
      '',
      'enos-connect://x.bin',
      'file:///etc/passwd',
      'http://169.254.169.254/latest',
      '../../secrets.json',
    ])
      expect(await refusal({ fileUri })).toBe(404)
    expect(await refusal({ category: 'feature' })).toBe(404)
  })

  test('403 for a changed link, and for the link of another firmware', async () => {
    const token = t.grant(1)
    const changed = (token.startsWith('A') ? 'B' : 'A') + token.slice(1)
    expect(await refusal({ fileUri: `enos-connect://${FIRMWARE}/${changed}` })).toBe(403)
    expect(await refusal({ fileUri: `enos-connect://${FIRMWARE.replace('aaaa', 'cccc')}/${token}` })).toBe(403)
  })

  test.each([
    ['expired', 403],
    ['taskClosed', 403],
    ['deleted', 410],
  ] as const)('%s: %i', async (reason, status) => {
    t.decision.now = { ok: false, reason }
    expect(await refusal({})).toBe(status)
  })
})

test('the plain link needs no session, as the MQTT SDKs send none', async () => {
  const { pathname } = new URL(t.linkOf(2))
  expect((await ask(t.port, 'GET', pathname)).body.equals(FILE)).toBe(true)
})

test('the plain link is nobody else’s who shows a session, and a session that has ended takes nothing from it', async () => {
  const { pathname } = new URL(t.linkOf(1))
  const fetchAs = async (sessionId: string) => (await ask(t.port, 'GET', `${pathname}?sessionId=${sessionId}`)).status
  const others = await t.session(2)
  expect([await fetchAs(session), await fetchAs(others), await fetchAs('forged')]).toEqual([200, 403, 200])
  await t.clock.advance(3_600_000)
  expect(await fetchAs(others)).toBe(200)
})
