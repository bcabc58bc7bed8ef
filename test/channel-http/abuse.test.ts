import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { createHttpChannel } from '#server/channel/http/index.ts'

import { createMemoryDirectory, silentLog } from '../support/channel.ts'
import { keysOf, startDeviceHttp, topicOf, type TestDeviceHttp } from '../support/device-http.ts'
import { authBody } from '../support/http-wire.ts'

let t: TestDeviceHttp
const sockets: Socket[] = []
beforeEach(async () => {
  t = await startDeviceHttp()
})
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await t.stop()
})

async function dial(): Promise<Socket> {
  const socket = connect(t.port, '127.0.0.1')
  sockets.push(socket)
  socket.on('error', () => undefined)
  await once(socket, 'connect')
  return socket
}

/** The neighbour opens a session, is heard and has its file, while the other one misbehaves. */
const neighbourIsServed = async () => {
  const session = await t.session(2)
  expect((await t.inform(session, 2)).json).toMatchObject({ id: '17', code: 200 })
}

const request = (path: string, body: string) =>
  `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`

test('a stranger who knocks without end is counted each time, and fills no log', async () => {
  let lines = 0
  const channel = createHttpChannel({
    clock: t.clock,
    log: { ...silentLog, info: () => void lines++ },
    directory: createMemoryDirectory(t.devices),
    intake: () => t.intake,
    secret: 'a secret of this deployment, long enough',
    isStanding: async () => true,
  })
  const wrong = Buffer.from(authBody(keysOf(1), 'not-the-secret'))
  for (let attempt = 0; attempt < 500; attempt++)
    await channel.authenticate(keysOf(1), wrong, { address: '192.0.2.1', secure: false })
  expect(channel.counts()).toMatchObject({ http_auth_refused_wrongSignature: 500 })
  expect(lines).toBe(50)
  await t.clock.advance(10_000)
  await channel.authenticate(keysOf(1), wrong, { address: '192.0.2.1', secure: false })
  expect(lines).toBe(51)
})

describe('one device does not slow another over HTTP', () => {
  test.each([
    ['that send half a request line', 'POST /auth/pkAl'],
    ['that never end their headers', 'POST /auth/pkAlpha1/dev1 HTTP/1.1\r\nHost: x\r\nX-Slow: '],
    ['that say nothing', ''],
    ['that never send their body', 'POST /auth/pkAlpha1/dev1 HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n{'],
  ])('by 1,000 connections %s', async (_what, bytes) => {
    for (const socket of await Promise.all(Array.from({ length: 1_000 }, dial))) if (bytes) socket.write(bytes)
    await neighbourIsServed()
  })

  test('by connections that are slow for ever: each has a time by which it must have said what it wants', () => {
    expect(t.app.server.headersTimeout).toBeGreaterThan(0)
    expect(t.app.server.headersTimeout).toBeLessThanOrEqual(60_000)
  })

  test('by 1,000 sessions that it opens: those over the limit are refused, with when to come back', async () => {
    const body = authBody(keysOf(1), 'secret-dev1')
    const socket = await dial()
    let heard = ''
    socket.on('data', (data: Buffer) => (heard += data.toString('latin1')))
    socket.write(request('/auth/pkAlpha1/dev1', body).repeat(1_000))
    await expect.poll(() => heard.split('HTTP/1.1 200').length - 1, { timeout: 30_000 }).toBe(1_000)
    expect(heard.split('"sessionId"').length - 1).toBe(30)
    expect(heard.toLowerCase()).toContain('retry-after: 5')
    expect(t.channel.counts()).toMatchObject({ http_auth: 30, http_auth_refused_tooManyOfDevice: 970 })
    expect(t.channel.door.sessions()).toBe(1)
    await neighbourIsServed()
  })

  test('by 10,000 messages in one piece: those over the limit are refused by code', async () => {
    const session = await t.session(1)
    const message = '{"id":"1","params":{"step":"1","desc":""}}'
    const socket = await dial()
    let answers = 0
    let tail = ''
    socket.on('data', (data: Buffer) => {
      const pieces = (tail + data.toString('latin1')).split('HTTP/1.1 200')
      answers += pieces.length - 1
      tail = pieces.at(-1)?.slice(-12) ?? ''
    })
    socket.write(request(`/topic${topicOf(1, 'progress')}?sessionId=${session}`, message).repeat(10_000))
    await expect.poll(() => answers, { timeout: 30_000 }).toBeGreaterThan(0)
    await neighbourIsServed()
    await expect.poll(() => t.channel.counts()['http_message_refused_tooMany'] ?? 0, { timeout: 60_000 }).toBe(9_800)
    expect(t.reports().filter(({ kind }) => kind === 'progress')).toHaveLength(200)
  }, 60_000)

  test('by never reading the answers to what it asks', async () => {
    const session = await t.session(1)
    const served: Socket[] = []
    t.app.server.on('connection', (socket: Socket) => served.push(socket))
    const socket = await dial()
    socket.pause()
    const message = '{"id":"1","params":{"step":"1","desc":""}}'
    socket.write(request(`/topic${topicOf(1, 'progress')}?sessionId=${session}`, message).repeat(5_000))
    await expect.poll(() => t.reports().length, { timeout: 30_000 }).toBeGreaterThan(0)
    await neighbourIsServed()
    for (const { writableLength } of served) expect(writableLength).toBeLessThan(1_048_576)
  })
})
