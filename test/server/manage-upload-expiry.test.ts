import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { Problem } from '#contract/endpoint.ts'
import { fileRefusals } from '#domain/firmware-file.ts'

import { ORG, startHarness, type Harness } from './harness.ts'
import { databases } from './support/databases.ts'

/** What happens when the server begins to read the bytes, and when it has read them: no request can hit such a moment. */
const nothing = async () => {}
const moments = { before: nothing, after: nothing }

const { createReadStream } = fs
async function* readBetween(...asked: Parameters<typeof createReadStream>) {
  await moments.before()
  yield* createReadStream(...asked)
  await moments.after()
}

/** Puts another reader of files in the place of Node's, for everybody who imports it. */
function readBy(reader: (...asked: Parameters<typeof createReadStream>) => unknown): void {
  Object.assign(fs, { createReadStream: reader })
  syncBuiltinESMExports()
}

const BYTES = Buffer.from(Array.from({ length: 5_000 }, (_, at) => (at * 31 + (at >> 3)) % 256))
const digestOf = (name: string) => createHash(name).update(BYTES).digest('hex')
const TUS = { 'tus-resumable': '1.0.0' }

describe.each(databases)('an upload that expires while firmware is made of it, on %s', (database) => {
  let harness: Harness
  beforeEach(async () => {
    harness = await startHarness({ database })
    await harness.service.start()
    readBy(readBetween)
    const payload = { name: 'Meter', productKey: 'meter' }
    await harness.send('operator', { method: 'POST', url: `/api/orgs/${ORG}/products`, payload })
  })
  afterEach(async () => {
    Object.assign(moments, { before: nothing, after: nothing })
    readBy(createReadStream)
    await harness.close()
  })

  const stored = async () => ({
    uploads: await readdir(join(harness.config.dataDir, 'uploads')),
    files: await readdir(join(harness.config.dataDir, 'firmware')),
    rows: await harness.db.read.selectFrom('uploads').select('id').execute(),
    firmware: await harness.db.read.selectFrom('firmware').select('id').execute(),
  })

  async function upload(): Promise<string> {
    const url = `/api/orgs/${ORG}/uploads`
    const headers = { ...TUS, 'upload-length': String(BYTES.length) }
    const location = String((await harness.send('operator', { method: 'POST', url, headers })).headers['location'])
    const sent = { ...TUS, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
    await harness.send('operator', { method: 'PATCH', url: location, headers: sent, payload: BYTES })
    return location.slice(location.lastIndexOf('/') + 1)
  }

  /** A day passes, and the hourly sweep takes what expired. */
  async function expire(): Promise<void> {
    await harness.clock.advance(25 * 3_600_000)
    await expect.poll(async () => (await stored()).rows).toEqual([])
  }

  /** The sweep is half done: it takes the bytes first. */
  const takeBytes = (uploadId: string) => rm(join(harness.config.dataDir, 'uploads', uploadId))

  test.each([
    ['just before its bytes are read', 'before', expire],
    ['just after its bytes were read', 'after', expire],
    ['just after its bytes were read, and its record not yet', 'after', takeBytes],
  ] as const)('is refused as one that nobody knows, and nothing stays: gone %s', async (_when, moment, happen) => {
    const uploadId = await upload()
    moments[moment] = () => happen(uploadId)
    const announced = { sha256: digestOf('sha256'), md5: digestOf('md5') }
    const payload = { uploadId, productKey: 'meter', name: 'fan-fw', version: '1.5.0', ...announced }
    const answer = await harness.send('operator', { method: 'POST', url: `/api/orgs/${ORG}/firmware`, payload })
    expect([answer.statusCode, Problem.parse(answer.json())]).toEqual([
      422,
      expect.objectContaining(fileRefusals.unknownUpload()),
    ])
    expect(await stored()).toEqual({ uploads: [], files: [], rows: [], firmware: [] })
  })
})
