import { once } from 'node:events'
import { connect, type AddressInfo, type Socket } from 'node:net'

import Fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, expect, test } from 'vitest'

import { endSlowBodies } from '#server/http/slow-bodies.ts'

const WITHIN_MS = 40

let app: FastifyInstance
let takeStream: (body: NodeJS.ReadableStream) => Promise<unknown>
beforeEach(async () => {
  app = Fastify()
  endSlowBodies(app, WITHIN_MS)
  app.addContentTypeParser('application/octet-stream', (_request, payload, done) => done(null, payload))
  app.get('/', async () => 'answered')
  app.post('/', async () => 'answered')
  app.post('/stream', ({ body }) => takeStream(body as NodeJS.ReadableStream))
  await app.listen({ port: 0, host: '127.0.0.1' })
})
afterEach(() => app.close())

/** A client that says how much comes, and sends less. */
function begins(method: string, path: string, type: string): Socket {
  const socket = connect((app.server.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => undefined).resume()
  socket.write(`${method} ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: ${type}\r\nContent-Length: 100\r\n\r\n{`)
  return socket
}

test.each([
  ['JSON that does not end', 'POST', '/', 'application/json'],
  ['what was refused before it had arrived', 'POST', '/', 'text/nonsense'],
  ['what nobody asked for', 'GET', '/', 'application/octet-stream'],
  ['what goes to no route', 'POST', '/nothing', 'application/octet-stream'],
])('the connection of %s ends', async (_what, method, path, type) => {
  await once(begins(method, path, type), 'close')
})

test('a stream that a handler takes may be slow', async () => {
  let more: () => void = () => undefined
  takeStream = async (body) => {
    body.once('data', () => more())
    await once(body, 'end')
    return 'all of it'
  }
  const begun = new Promise<void>((resolve) => (more = resolve))
  const socket = begins('POST', '/stream', 'application/octet-stream')
  await begun
  // others come and go meanwhile, later than this one may be slow
  await once(begins('POST', '/', 'application/json'), 'close')
  socket.write('x'.repeat(99))
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 .*all of it$/s)
  socket.destroy()
})

test('a body that comes whole in time is read, and its connection goes on', async () => {
  const socket = begins('POST', '/', 'application/json')
  socket.write(`"a":1}${' '.repeat(93)}`)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  expect(answer.toString()).toMatch(/^HTTP\/1\.1 200 /)
  // another's time runs out after this one's would have
  await once(begins('POST', '/', 'application/json'), 'close')
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
  const [next] = (await once(socket, 'data')) as [Buffer]
  expect(next.toString()).toMatch(/answered$/)
  socket.destroy()
})
