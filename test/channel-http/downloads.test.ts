import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'

import { afterEach, describe, expect, test } from 'vitest'

import { FILE, FIRMWARE, SHA256, startDeviceHttp, type TestDeviceHttp } from '../support/device-http.ts'
import { ask } from '../support/http-wire.ts'

const MB = 1_048_576
const BIG = 20 * MB
/** What may wait in the socket of one slow reader: a few reads of the file, of its 20 MB. */
const WAITING_BYTES = MB
/** What the process may hold for each in all, with what is not collected yet. */
const HELD_BYTES = 2 * MB

let t: TestDeviceHttp
const clients: Socket[] = []
afterEach(async () => {
  for (const socket of clients.splice(0)) socket.destroy()
  await t.stop()
})

/** 20 MB that exist only as they are read, in the pieces in which files are. */
function big(range: { start: number; end: number } = { start: 0, end: BIG - 1 }): Readable {
  let left = range.end - range.start + 1
  return new Readable({
    read() {
      const bytes = Math.min(131_072, left)
      left -= bytes
      this.push(bytes === 0 ? null : Buffer.alloc(bytes, left % 251))
    },
  })
}

const offerBig = () => {
  t.decision.now = { ...t.decision.now, ok: true, sizeBytes: BIG, sha256: SHA256, fileName: 'big.bin' } as never
}
const pathOf = (device: number) => new URL(t.linkOf(device)).pathname

/** Asks for a file and reads nothing of it. */
async function stalled(device: number): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port: t.port })
  clients.push(socket)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  socket.write(`GET ${pathOf(device)} HTTP/1.1\r\nHost: x\r\n\r\n`)
  return socket
}

/** Resolves when what was counted stays the same from one look to the next. */
async function settled(count: () => number): Promise<void> {
  let last = -1
  const isStill = () => {
    const now = count()
    const still = now === last
    last = now
    return still
  }
  await expect.poll(isStill, { interval: 100, timeout: 20_000 }).toBe(true)
}

describe('slow downloads', () => {
  test('of 30 devices that never read hold two megabytes each at most, of 20, and another has its file', async () => {
    t = await startDeviceHttp({ read: (_id, range) => big(range) })
    const served: Socket[] = []
    t.app.server.on('connection', (socket: Socket) => served.push(socket))
    offerBig()
    const before = process.memoryUsage().arrayBuffers
    for (let device = 100; device < 130; device++) await stalled(device)
    await expect.poll(() => t.bandwidth.counts().running, { timeout: 20_000 }).toBe(30)
    await settled(() => t.bandwidth.counts().bytes)
    expect(t.bandwidth.counts().completed).toBe(0)
    expect(Math.max(...served.map(({ writableLength }) => writableLength))).toBeLessThanOrEqual(WAITING_BYTES)
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(30 * HELD_BYTES)
    const answer = await ask(t.port, 'GET', pathOf(1))
    expect([answer.status, answer.body.length]).toEqual([200, BIG])
  })

  test('that are stuck are ended, so that they hold no file for nobody', async () => {
    t = await startDeviceHttp({ read: (_id, range) => big(range), bandwidth: { stuckMs: 300 } })
    offerBig()
    await stalled(1)
    await expect.poll(() => t.bandwidth.counts(), { timeout: 20_000 }).toMatchObject({ running: 0, cut: 1 })
  })

  test('of one device are eight; the ninth is told to wait, and other devices are not', async () => {
    t = await startDeviceHttp({ read: (_id, range) => big(range) })
    offerBig()
    for (let count = 0; count < 8; count++) await stalled(1)
    await expect.poll(() => t.bandwidth.counts().running).toBe(8)
    const refused = await ask(t.port, 'GET', pathOf(1))
    expect([refused.status, refused.headers['retry-after']]).toEqual([429, '10'])
    expect(refused.json).toMatchObject({
      code: 'too_many_downloads',
      title: expect.stringMatching(/^This device .*\.$/),
    })
    expect((await ask(t.port, 'HEAD', pathOf(1))).status).toBe(200)
    expect((await ask(t.port, 'GET', pathOf(2))).body).toHaveLength(BIG)
    for (const socket of clients.splice(0)) socket.destroy()
    await expect.poll(() => t.bandwidth.counts().running).toBe(0)
    expect((await ask(t.port, 'GET', pathOf(1))).status).toBe(200)
  })
})

describe('a download that breaks off again and again', () => {
  /** Takes what comes until there are `bytes` of the body, then drops the connection. */
  async function takePart(from: number, bytes: number): Promise<Buffer> {
    const socket = connect({ host: '127.0.0.1', port: t.port })
    socket.on('error', () => undefined)
    const condition = from === 0 ? '' : `Range: bytes=${from}-\r\nIf-Range: "${SHA256}"\r\n`
    socket.write(`GET ${pathOf(1)} HTTP/1.1\r\nHost: x\r\n${condition}\r\n`)
    let heard = Buffer.alloc(0)
    for await (const piece of socket) {
      heard = Buffer.concat([heard, piece as Buffer])
      const end = heard.indexOf('\r\n\r\n')
      if (end >= 0 && heard.length >= end + 4 + bytes) break
    }
    socket.destroy()
    expect(heard.toString('latin1', 0, 12)).toBe(from === 0 ? 'HTTP/1.1 200' : 'HTTP/1.1 206')
    const body = heard.indexOf('\r\n\r\n') + 4
    return heard.subarray(body, body + bytes)
  }

  test('goes on where it was, over four connections, and is the same file', async () => {
    t = await startDeviceHttp()
    let whole = Buffer.alloc(0)
    for (const bytes of [1, 33_333, 50_000, FILE.length - 83_334])
      whole = Buffer.concat([whole, await takePart(whole.length, bytes)])
    expect(createHash('sha256').update(whole).digest('hex')).toBe(SHA256)
  })
})

describe('a file that the device has already', () => {
  const get = (headers: Record<string, string>, path = pathOf(1)) => ask(t.port, 'GET', path, { headers })

  test.each([
    [{ 'if-none-match': `"${SHA256}"` }, 304],
    [{ 'if-none-match': `"another", W/"${SHA256}"` }, 304],
    [{ 'if-none-match': '*' }, 304],
    [{ 'if-none-match': '"another"' }, 200],
    [{ 'if-match': `"${SHA256}"` }, 200],
    [{ 'if-match': '*' }, 200],
    [{ 'if-match': '"another"' }, 412],
    [{ 'if-match': `W/"${SHA256}"` }, 412],
    [{ 'if-match': '"another"', 'if-none-match': `"${SHA256}"` }, 412],
    [{ 'if-none-match': `"${SHA256}"`, range: 'bytes=0-9' }, 304],
    [{ 'if-match': `"${SHA256}"`, range: 'bytes=0-9' }, 206],
  ])('asked for with %j: %i', async (headers, status) => {
    t = await startDeviceHttp()
    const session = await t.session(1)
    const named = `/multipart/sys/pkAlpha1/dev1/file/download?sessionId=${session}&fileUri=enos-connect://${FIRMWARE}/${t.grant(1)}&category=ota`
    for (const path of [pathOf(1), named]) {
      const answer = await get(headers as Record<string, string>, path)
      expect([answer.status, answer.headers.etag]).toEqual([status, `"${SHA256}"`])
      if (status === 304) expect(answer.body).toHaveLength(0)
      if (status === 412)
        expect(answer.json).toMatchObject({ code: 'file_changed', title: expect.stringMatching(/^The .*\.$/) })
    }
  })
})
