import { createHash } from 'node:crypto'
import { readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { join } from 'node:path'

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { Problem } from '#contract/endpoint.ts'
import { firmware as api } from '#contract/manage/firmware.ts'
import { fileRefusals } from '#domain/firmware-file.ts'

import { ORG, OTHER_ORG, startHarness, type Harness } from './harness.ts'
import { databases } from './support/databases.ts'

const MAX = 104_857_600
const BYTES = 'application/offset+octet-stream'
/** Comes round after 2,048 bytes. */
const PATTERN = Buffer.from(Array.from({ length: 2048 }, (_, at) => (at * 31 + (at >> 3)) % 256))
const binary = (size: number) => Buffer.alloc(size, PATTERN)
const digestsOf = (bytes: Buffer) => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  md5: createHash('md5').update(bytes).digest('hex'),
})

describe.each(databases)('uploads on %s', (database) => {
  let harness: Harness
  const open = async () => {
    harness = await startHarness({ database })
    const payload = { name: 'Meter', productKey: 'meter' }
    await harness.send('operator', { method: 'POST', url: `/api/orgs/${ORG}/products`, payload })
  }
  beforeAll(open)
  const folder = (name: 'uploads' | 'firmware') => join(harness.config.dataDir, name)
  // no test finds what another one left
  afterEach(async () => {
    for (const name of ['uploads', 'firmware'] as const) {
      await harness.db.transact((trx) => trx.deleteFrom(name).execute())
      for (const file of await readdir(folder(name))) await rm(join(folder(name), file))
    }
  })
  afterAll(() => harness.close())

  const begin = (size: number | string, headers: Record<string, string> = {}) =>
    harness.send('operator', {
      method: 'POST',
      url: `/api/orgs/${ORG}/uploads`,
      headers: { 'tus-resumable': '1.0.0', 'upload-length': String(size), ...headers },
    })
  const append = (
    url: string,
    offset: number,
    payload: Buffer,
    who: 'operator' | 'neighbour' | 'viewer' = 'operator',
    headers: Record<string, string> = {},
  ) =>
    harness.send(who, {
      method: 'PATCH',
      url,
      headers: { 'tus-resumable': '1.0.0', 'upload-offset': String(offset), 'content-type': BYTES, ...headers },
      payload,
    })
  const offsetOf = (url: string) =>
    harness.send('operator', { method: 'HEAD', url, headers: { 'tus-resumable': '1.0.0' } })

  async function upload(bytes: Buffer, name = 'fw.bin'): Promise<string> {
    const metadata = `filename ${Buffer.from(name).toString('base64')}`
    const location = String((await begin(bytes.length, { 'upload-metadata': metadata })).headers['location'])
    expect((await append(location, 0, bytes)).statusCode).toBe(204)
    return location
  }
  const idOf = (location: string) => location.slice(location.lastIndexOf('/') + 1)
  const create = (uploadId: string, bytes: Buffer, extra: object = {}) =>
    harness.send('operator', {
      method: 'POST',
      url: `/api/orgs/${ORG}/firmware`,
      payload: { uploadId, productKey: 'meter', name: 'fan-fw', version: '1.5.0', ...digestsOf(bytes), ...extra },
    })
  const stored = async () => ({
    uploads: await readdir(folder('uploads')),
    files: await readdir(folder('firmware')),
    rows: await harness.db.read.selectFrom('uploads').select('id').execute(),
  })
  const NOTHING = { uploads: [], files: [], rows: [] }

  test('a binary becomes a firmware, byte for byte', async () => {
    const bytes = binary(700_000)
    const answer = await create(idOf(await upload(bytes, '../../etc/Lüfter "1".bin')), bytes)
    expect(answer.statusCode).toBe(201)
    const made = api.create.reply.parse(answer.json())
    expect(made).toMatchObject({
      sizeBytes: 700_000,
      fileName: 'Lüfter "1".bin',
      verificationState: 'notVerified',
      ...digestsOf(bytes),
    })
    const file = await harness.send('operator', { url: `/api/orgs/${ORG}/firmware/${made.id}/file` })
    expect(file.rawPayload.equals(bytes)).toBe(true)
    expect(file.headers['content-disposition']).toBe(
      `attachment; filename="L_fter__1_.bin"; filename*=UTF-8''L%C3%BCfter%20%221%22.bin`,
    )
    expect(await stored()).toEqual({ uploads: [], files: [made.id], rows: [] })
  })

  test('digests may be announced in capitals, as some tools print them', async () => {
    const bytes = binary(5000)
    const { sha256, md5 } = digestsOf(bytes)
    const capitals = { sha256: sha256.toUpperCase(), md5: md5.toUpperCase() }
    const answer = await create(idOf(await upload(bytes)), bytes, capitals)
    expect([answer.statusCode, answer.json()]).toMatchObject([201, { sha256, md5 }])
  })

  type Refused = [about: string, bytes: Buffer, title: string, announced?: object]
  const hex = Buffer.from(':10010000214601360121470136007EFE09D2190140\n:00000001FF\n')
  const REFUSED: Refused[] = [
    ['text under a .bin name', Buffer.from('hello, this is not firmware\n'), fileRefusals.text().title],
    ['an Intel HEX file', hex, fileRefusals.intelHex().title],
    ['another SHA-256', binary(5000), fileRefusals.digestDiffers('SHA-256').title, { sha256: '0'.repeat(64) }],
    ['another MD5', binary(5000), fileRefusals.digestDiffers('MD5').title, { md5: '0'.repeat(32) }],
  ]
  test.each(REFUSED)('%s is refused beside the file, and nothing is left', async (_about, bytes, title, announced) => {
    const answer = await create(idOf(await upload(bytes)), bytes, announced)
    expect(answer.statusCode).toBe(422)
    expect(Problem.parse(answer.json())).toMatchObject({ title, fields: { file: title } })
    expect(await stored()).toEqual(NOTHING)
    expect((await harness.send('operator', { url: `/api/orgs/${ORG}/firmware` })).json().items).toEqual([])
  })

  test.each([
    ['0 bytes', 0, 422, fileRefusals.empty().title],
    ['one byte too many', MAX + 1, 413, fileRefusals.tooLarge(MAX).title],
  ])('%s are refused before the first is sent', async (_about, size, status, title) => {
    const answer = await begin(size)
    expect(answer.statusCode).toBe(status)
    expect(Problem.parse(answer.json())).toMatchObject({ title, fields: { file: title } })
    expect(await stored()).toEqual(NOTHING)
  })

  test('exactly the largest size may begin', async () => {
    expect((await begin(MAX)).statusCode).toBe(201)
  })

  test.each(['', '-1', '1e9', 'many', '12 '])('a length of "%s" is refused', async (size) => {
    expect((await begin(size)).statusCode).toBe(400)
    expect(await stored()).toEqual(NOTHING)
  })

  test('more bytes than announced are refused while they arrive', async () => {
    const location = String((await begin(1000)).headers['location'])
    expect((await append(location, 0, binary(1001))).statusCode).toBe(413)
    expect((await offsetOf(location)).headers['upload-offset']).toBe('0')
  })

  test('bytes for another place are refused, and change nothing', async () => {
    const location = String((await begin(1000)).headers['location'])
    expect((await append(location, 0, binary(400))).statusCode).toBe(204)
    const answer = await append(location, 0, binary(400))
    expect([answer.statusCode, Problem.parse(answer.json()).code]).toEqual([409, 'upload_offset'])
    expect((await offsetOf(location)).headers['upload-offset']).toBe('400')
  })

  test.each(['sha1', 'sha256', 'md5'])(
    'bytes are compared with the %s that was announced for them',
    async (algorithm) => {
      const bytes = binary(1000)
      const location = String((await begin(bytes.length)).headers['location'])
      const sent = (from: number, to: number, announced = bytes.subarray(from, to)) =>
        append(location, from, bytes.subarray(from, to), 'operator', {
          'upload-checksum': `${algorithm} ${createHash(algorithm).update(announced).digest('base64')}`,
        })
      expect((await sent(0, 400)).statusCode).toBe(204)
      const changed = await sent(400, 1000, binary(600))
      expect([changed.statusCode, Problem.parse(changed.json()).code]).toEqual([460, 'upload_checksum'])
      expect((await offsetOf(location)).headers['upload-offset']).toBe('400')
      expect((await sent(400, 1000)).statusCode).toBe(204)
      expect((await create(idOf(location), bytes)).statusCode).toBe(201)
    },
  )

  test.each(['crc32 AAAA', 'sha1', ''])('a checksum such as "%s" is refused, and its bytes with it', async (header) => {
    const location = String((await begin(10)).headers['location'])
    const answer = await append(location, 0, binary(10), 'operator', { 'upload-checksum': header })
    expect([answer.statusCode, Problem.parse(answer.json()).code]).toEqual([400, 'upload_checksum_unknown'])
    expect((await offsetOf(location)).headers['upload-offset']).toBe('0')
  })

  test('a full disk is said in plain words, and leaves nothing', async () => {
    const location = String((await begin(1_000_000)).headers['location'])
    // the kernel's own full device: every write to it fails with ENOSPC
    const path = join(folder('uploads'), idOf(location))
    await rm(path)
    await symlink('/dev/full', path)
    const answer = await append(location, 0, binary(1_000_000))
    expect(answer.statusCode).toBe(507)
    expect(Problem.parse(answer.json()).fields).toEqual({ file: fileRefusals.diskFull().title })
    expect(await stored()).toEqual(NOTHING)
  })

  test('an upload that is given up is gone', async () => {
    const location = await upload(binary(5000))
    const headers = { 'tus-resumable': '1.0.0' }
    expect((await harness.send('operator', { method: 'DELETE', url: location, headers })).statusCode).toBe(204)
    expect(await stored()).toEqual(NOTHING)
    expect((await offsetOf(location)).statusCode).toBe(404)
  })

  test('nobody reaches the upload of another organisation', async () => {
    const location = await upload(binary(5000))
    const foreign = location.replace(ORG, OTHER_ORG)
    expect((await append(foreign, 0, binary(10), 'neighbour')).statusCode).toBe(404)
    expect((await append(location, 0, binary(10), 'neighbour')).statusCode).toBe(404)
    expect((await append(location, 0, binary(10), 'viewer')).statusCode).toBe(403)
  })

  test('one upload makes one firmware, also when it is asked for twice at once', async () => {
    const bytes = binary(300_000)
    const id = idOf(await upload(bytes))
    const answers = await Promise.all([create(id, bytes), create(id, bytes, { name: 'other', version: '2' })])
    const [made, refused] = answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)
    expect(made).toBe(201)
    // while the first is at work it is in use; when the first was quicker than the second's question, it is gone
    expect([409, 422]).toContain(refused)
    expect((await stored()).files).toHaveLength(1)
  })

  test('of two with one name one is made, and the other can be used under another name', async () => {
    const bytes = binary(300_000)
    const ids = [idOf(await upload(bytes)), idOf(await upload(bytes))]
    const answers = await Promise.all(ids.map((id) => create(id, bytes)))
    expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([201, 409])
    const other = ids.find((_id, at) => answers[at]?.statusCode === 409) ?? ''
    expect((await create(other, bytes, { name: 'other', version: '2' })).statusCode).toBe(201)
    expect(await stored()).toEqual({ uploads: [], files: expect.arrayContaining(ids), rows: [] })
  })

  describe('through a restart or a long time', () => {
    // each leaves a service that is not what it was
    beforeEach(async () => {
      await harness.close()
      await open()
    })

    test('an upload goes on where it was cut', async () => {
      const bytes = binary(2_000_000)
      await harness.service.start()
      const location = String((await begin(bytes.length)).headers['location'])
      await sendHalf(location, bytes, 1_200_000)
      // the cut reaches the server by itself; until it has, the upload is still being written
      await expect.poll(async () => Number((await offsetOf(location)).headers['upload-offset'])).toBeGreaterThan(0)
      const offset = Number((await offsetOf(location)).headers['upload-offset'])
      expect(offset).toBeLessThanOrEqual(1_200_000)
      const early = await create(idOf(location), bytes)
      expect([early.statusCode, Problem.parse(early.json()).title]).toEqual([409, fileRefusals.incomplete().title])
      await harness.restart()
      expect((await append(location, offset, bytes.subarray(offset))).statusCode).toBe(204)
      expect((await create(idOf(location), bytes)).statusCode).toBe(201)
    })

    /** Announces all of it, sends a part over a real connection, and breaks that connection. */
    async function sendHalf(path: string, bytes: Buffer, sent: number): Promise<void> {
      const { port } = harness.service.app.server.address() as { port: number }
      const headers = { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': BYTES }
      const own = { 'content-length': bytes.length, cookie: await harness.cookieOf('operator') }
      const sending = httpRequest({ port, path, method: 'PATCH', headers: { ...headers, ...own } })
      sending.on('error', () => {})
      await new Promise((resolve) => sending.write(bytes.subarray(0, sent), resolve))
      const closed = new Promise((resolve) => sending.once('close', resolve))
      sending.destroy()
      await closed
    }

    test('an upload that nobody finishes expires, and its bytes are removed within the hour', async () => {
      await harness.service.start()
      const location = await upload(binary(5000))
      await harness.clock.advance(23 * 3_600_000)
      harness.forget()
      expect((await offsetOf(location)).statusCode).toBe(200)
      await harness.clock.advance(2 * 3_600_000)
      expect((await offsetOf(location)).statusCode).toBe(404)
      await expect.poll(stored).toEqual(NOTHING)
      expect(Problem.parse((await create(idOf(location), binary(5000))).json()).code).toBe('upload_unknown')
    })

    test('what a killed process began and never answered is gone after the next start', async () => {
      await writeFile(join(folder('uploads'), '01900000-0000-7000-8000-000000000000'), 'x')
      await harness.restart()
      await harness.service.start()
      expect(await stored()).toEqual(NOTHING)
    })
  })
})
