import fs from 'node:fs'
import { readdir } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { connect, type AddressInfo } from 'node:net'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'

import { Problem } from '#contract/endpoint.ts'
import { fileRefusals } from '#domain/firmware-file.ts'

import { ORG, OTHER_ORG, startHarness, type Harness } from './harness.ts'
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

  test.each(['application/json', 'application/octet-stream'])('says in which type bytes are sent: %s', async (type) => {
    const headers = { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': type }
    const payload = Buffer.from('{"bytes":1}')
    const url = await begun()
    const answers = [
      await harness.send('operator', { method: 'PATCH', url, headers, payload }),
      await begin({ 'content-type': type }, payload),
    ]
    for (const answer of answers)
      expect([answer.statusCode, Problem.parse(answer.json()).title]).toEqual([
        415,
        'Send the bytes of an upload as application/offset+octet-stream.',
      ])
  })

  test.each([
    ['an older version', '0.2.2'],
    ['a later version', '2.0.0'],
    ['none', ''],
  ])('names the version of tus that is spoken here: asked in %s', async (_which, version) => {
    const headers = version === '' ? {} : { 'tus-resumable': version }
    const url = await begun()
    const answers = [
      await harness.send('operator', { method: 'POST', url: UPLOADS, headers }),
      await harness.send('operator', { method: 'HEAD', url, headers }),
      await harness.send('operator', { method: 'PATCH', url, headers: { ...headers, 'content-type': BYTES } }),
      await harness.send('operator', { method: 'DELETE', url, headers }),
    ]
    expect(answers.map((answer) => [answer.statusCode, answer.headers['tus-version']])).toEqual(
      answers.map(() => [412, '1.0.0']),
    )
    expect(Problem.parse(answers[0]?.json()).code).toBe('upload_protocol')
  })

  test('leaves its connection usable: more bytes than were announced, in the request that begins it', async () => {
    expect(await sendTwo('POST', UPLOADS, { 'upload-length': '1000' })).toEqual(['413', '200'])
  })
})

/** Kept free for the database. */
const RESERVE = 64 * 1_048_576
const { statfs } = fs.promises

/** Puts another device in the place of the one that is there: how much is free on it, for everybody who asks. */
function deviceWith(freeBytes: () => number | Promise<number>): void {
  const facts = async () => ({ bavail: await freeBytes(), bsize: 1 })
  Object.assign(fs.promises, { statfs: facts })
  syncBuiltinESMExports()
}

describe.each(databases)('uploads that share a disk on %s', (database) => {
  let harness: Harness
  beforeAll(async () => {
    harness = await startHarness({ database })
  })
  afterEach(async () => {
    Object.assign(fs.promises, { statfs })
    syncBuiltinESMExports()
    for (const upload of await harness.db.read.selectFrom('uploads').selectAll().execute()) await giveUp(upload.id)
  })
  afterAll(() => harness.close())

  const TUS = { 'tus-resumable': '1.0.0' }
  const urlOf = (org: string) => `/api/orgs/${org}/uploads`
  const begin = (size: number, who: 'operator' | 'neighbour' = 'operator') => {
    const url = urlOf(who === 'operator' ? ORG : OTHER_ORG)
    return harness.send(who, { method: 'POST', url, headers: { ...TUS, 'upload-length': String(size) } })
  }
  const append = (url: string, payload: Buffer) =>
    harness.send('operator', {
      method: 'PATCH',
      url,
      headers: { ...TUS, 'upload-offset': '0', 'content-type': BYTES },
      payload,
    })
  const giveUp = (id: string) =>
    harness.send('operator', { method: 'DELETE', url: `${urlOf(ORG)}/${id}`, headers: TUS })

  /** What a disk with so much room has left when the uploads' bytes are on it. */
  async function leftOf(room: number): Promise<number> {
    const folder = join(harness.config.dataDir, 'uploads')
    const names = (await readdir(folder)).filter((name) => !name.endsWith('.json'))
    const sizes = await Promise.all(names.map(async (name) => (await fs.promises.stat(join(folder, name))).size))
    return room - sizes.reduce((sum, size) => sum + size, 0)
  }

  test('do not take together what is kept for the database, in whichever organisation', async () => {
    deviceWith(() => leftOf(RESERVE + 10_000))
    const first = String((await begin(6_000)).headers['location'])
    const second = await begin(6_000, 'neighbour')
    expect([second.statusCode, Problem.parse(second.json()).title]).toEqual([507, fileRefusals.diskFull().title])
    // what has arrived is not free any more, and is not waited for any more
    expect((await append(first, Buffer.alloc(6_000, 7))).statusCode).toBe(204)
    expect((await begin(4_001)).statusCode).toBe(507)
    expect((await begin(4_000)).statusCode).toBe(201)
    expect((await begin(1)).statusCode).toBe(507)
  })

  test('find the room again that somebody gave up, or was refused', async () => {
    deviceWith(() => leftOf(RESERVE + 10_000))
    const first = String((await begin(10_000)).headers['location'])
    expect((await begin(10_000)).statusCode).toBe(507)
    await harness.send('operator', { method: 'DELETE', url: first, headers: TUS })
    const broken = { ...TUS, 'upload-length': '10000', 'upload-checksum': 'crc32 AAAA' }
    expect((await harness.send('operator', { method: 'POST', url: urlOf(ORG), headers: broken })).statusCode).toBe(400)
    expect((await begin(10_000)).statusCode).toBe(201)
  })

  test('that are begun at once do not both get the room of one', async () => {
    deviceWith(() => leftOf(RESERVE + 10_000))
    const answers = await Promise.all([begin(6_000), begin(6_000, 'neighbour'), begin(6_000)])
    expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([201, 507, 507])
  })
})
