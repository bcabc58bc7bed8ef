import { createHash } from 'node:crypto'
import { link, readdir } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { Problem } from '#contract/endpoint.ts'
import type { Db } from '#server/db/open.ts'

import { ORG, startHarness, type Harness } from './harness.ts'
import { databases } from './support/databases.ts'

const BYTES = Buffer.from(Array.from({ length: 5_000 }, (_, at) => (at * 31 + (at >> 3)) % 256))
const digestOf = (name: string) => createHash(name).update(BYTES).digest('hex')
const TUS = { 'tus-resumable': '1.0.0' }
const FULL = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })

describe.each(databases)('an upload of which firmware is made on %s', (database) => {
  /** `lost` is the answer to a commit that came through. */
  let fate: 'full' | 'lost' | undefined
  const intoDb = (db: Db): Db => ({
    ...db,
    async transact(work) {
      const result = await db.transact(async (trx) => {
        const done = await work(trx)
        if (fate === 'full') throw FULL
        return done
      })
      if (fate === 'lost') throw new Error('Connection terminated unexpectedly')
      return result
    },
  })
  let harness: Harness
  beforeEach(async () => {
    fate = undefined
    harness = await startHarness({ database, intoDb })
    const payload = { name: 'Meter', productKey: 'meter' }
    await harness.send('operator', { method: 'POST', url: `/api/orgs/${ORG}/products`, payload })
  })
  afterEach(() => harness.close())

  const folder = (name: 'uploads' | 'firmware') => join(harness.config.dataDir, name)
  const stored = async () => ({ uploads: await readdir(folder('uploads')), files: await readdir(folder('firmware')) })

  async function upload(): Promise<string> {
    const url = `/api/orgs/${ORG}/uploads`
    const headers = { ...TUS, 'upload-length': String(BYTES.length) }
    const location = String((await harness.send('operator', { method: 'POST', url, headers })).headers['location'])
    const sent = { ...TUS, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
    await harness.send('operator', { method: 'PATCH', url: location, headers: sent, payload: BYTES })
    return location.slice(location.lastIndexOf('/') + 1)
  }
  const create = (uploadId: string) => {
    const announced = { sha256: digestOf('sha256'), md5: digestOf('md5') }
    const payload = { uploadId, productKey: 'meter', name: 'fan-fw', version: '1.5.0', ...announced }
    return harness.send('operator', { method: 'POST', url: `/api/orgs/${ORG}/firmware`, payload })
  }
  async function expectFirmware(id: string): Promise<void> {
    const file = await harness.send('operator', { url: `/api/orgs/${ORG}/firmware/${id}/file` })
    expect([file.statusCode, file.rawPayload.equals(BYTES)]).toEqual([200, true])
  }

  test('is used again when the disk was full, and nothing is stored twice', async () => {
    const id = await upload()
    fate = 'full'
    const answer = await create(id)
    expect([answer.statusCode, Problem.parse(answer.json()).code]).toEqual([507, 'storage_full'])
    expect(await stored()).toEqual({ uploads: [id, `${id}.json`], files: [] })
    fate = undefined
    expect((await create(id)).statusCode).toBe(201)
    await expectFirmware(id)
    expect(await stored()).toEqual({ uploads: [], files: [id] })
  })

  test('keeps its file when the firmware was recorded and only the answer was lost', async () => {
    const id = await upload()
    fate = 'lost'
    expect((await create(id)).statusCode).toBe(500)
    fate = undefined
    await expectFirmware(id)
    await harness.restart()
    await harness.service.start()
    await expectFirmware(id)
    expect(await stored()).toEqual({ uploads: [], files: [id] })
  })

  test('is used again when the process was killed before the firmware was recorded', async () => {
    const id = await upload()
    await link(join(folder('uploads'), id), join(folder('firmware'), id))
    await harness.restart()
    await harness.service.start()
    expect(await stored()).toEqual({ uploads: [id, `${id}.json`], files: [] })
    expect((await create(id)).statusCode).toBe(201)
    await expectFirmware(id)
  })

  test('is gone after the next start when the process was killed just after the firmware was recorded', async () => {
    const id = await upload()
    await create(id)
    await link(join(folder('firmware'), id), join(folder('uploads'), id))
    await harness.restart()
    await harness.service.start()
    expect(await stored()).toEqual({ uploads: [], files: [id] })
    await expectFirmware(id)
  })
})
