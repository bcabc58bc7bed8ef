import { connect, type AddressInfo } from 'node:net'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { ORG, startHarness, type Harness } from './harness.ts'
import { databases } from './support/databases.ts'

const BYTES = 'application/offset+octet-stream'
const UPLOADS = `/api/orgs/${ORG}/uploads`
/** More than the sockets of both sides hold: who does not read it all leaves some of it lying on the way. */
const MUCH = Buffer.alloc(8_000_000, 7)

describe.each(databases)('a refused request of an upload on %s', (database) => {
  let harness: Harness
  beforeAll(async () => {
    harness = await startHarness({ database })
    await harness.service.start()
  })
  afterAll(() => harness.close())

  const begin = (headers: Record<string, string> = {}, payload?: Buffer) =>
    harness.send('operator', {
      method: 'POST',
      url: UPLOADS,
      headers: { 'tus-resumable': '1.0.0', 'upload-length': '1000', ...headers },
      ...(payload && { payload }),
    })
  const begun = async () => String((await begin()).headers['location'])

  /** Sends a large body and at once another request behind it, over one connection. @returns both status codes */
  async function sendTwo(method: string, path: string, headers: Record<string, string>): Promise<string[]> {
    const { port } = harness.service.app.server.address() as AddressInfo
    const all = {
      host: 'x',
      'tus-resumable': '1.0.0',
      'content-type': BYTES,
      'content-length': MUCH.length,
      ...headers,
    }
    const lines = Object.entries({ ...all, cookie: await harness.cookieOf('operator') })
    const socket = connect(port, '127.0.0.1')
    socket.write(`${method} ${path} HTTP/1.1\r\n${lines.map((line) => `${line.join(': ')}\r\n`).join('')}\r\n`)
    socket.write(MUCH)
    socket.write('GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n')
    let heard = ''
    for await (const piece of socket) {
      heard += String(piece)
      const answers = heard.match(/HTTP\/1\.1 \d+/g) ?? []
      if (answers.length === 2) return answers.map((line) => line.slice(-3))
    }
    return []
  }

  test.each([
    ['bytes of another place than the next', { 'upload-offset': '5' }, '409'],
    ['more bytes than were announced', { 'upload-offset': '0' }, '413'],
  ])('leaves its connection usable: %s', async (_what, headers, status) => {
    expect(await sendTwo('PATCH', await begun(), headers)).toEqual([status, '200'])
  })

  test('leaves its connection usable: more bytes than were announced, in the request that begins it', async () => {
    expect(await sendTwo('POST', UPLOADS, { 'upload-length': '1000' })).toEqual(['413', '200'])
  })
})
