import { createHash } from 'node:crypto'
import { readdir, readlink, truncate, unlink } from 'node:fs/promises'
import { get } from 'node:http'
import { join } from 'node:path'

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { Problem } from '#contract/endpoint.ts'
import { createDownloadLinks } from '#server/access/links.ts'
import { keepSecrets } from '#server/access/secrets.ts'
import { parseRange } from '#server/http/send-file.ts'
import type { DownloadLinks } from '#server/ports.ts'

import { startHarness, type Harness } from './harness.ts'
import { FILE, makeThings, type Things } from './manage-world.ts'

const SIZE = FILE.length
const HOUR_MS = 3_600_000

test.each([
  [undefined, undefined],
  ['', undefined],
  ['bytes=0-9', { start: 0, end: 9 }],
  ['bytes=90-', { start: 90, end: 99 }],
  ['bytes=-10', { start: 90, end: 99 }],
  ['bytes=-1000', { start: 0, end: 99 }],
  ['bytes=0-1000', { start: 0, end: 99 }],
  ['bytes=99-99', { start: 99, end: 99 }],
  ['bytes=100-', 'unsatisfiable'],
  ['bytes=100-200', 'unsatisfiable'],
  ['bytes=-0', 'unsatisfiable'],
  ['bytes=9-0', undefined],
  ['bytes=0-9,20-29', undefined],
  ['items=0-9', undefined],
  ['bytes=-', undefined],
  ['bytes=a-b', undefined],
])('of 100 bytes, the range %s is %o', (header, range) => {
  expect(parseRange(header, 100)).toEqual(range)
})

describe('downloads by link', () => {
  let harness: Harness
  let links: DownloadLinks
  let things: Things
  beforeAll(async () => {
    harness = await startHarness()
    const { sessionSecret } = await keepSecrets(harness.config.dataDir, harness.config)
    links = createDownloadLinks(harness.config.publicUrl, sessionSecret)
  })
  afterAll(() => harness.close())
  beforeEach(async () => {
    things = await makeThings(harness)
    await setTask('published')
  })

  const setTask = (status: string) =>
    harness.db.transact((trx) => trx.updateTable('tasks').set({ status }).where('job_id', '=', things.jobId).execute())
  const grant = (extra: object = {}) => {
    const { firmwareId, jobId, deviceId } = things
    return { firmwareId, jobId, deviceId, attempt: 1, expiresAt: harness.clock.now() + HOUR_MS, ...extra }
  }
  const pathOf = (extra: object = {}) => new URL(links.make(grant(extra))).pathname
  const fetchIt = (headers: Record<string, string> = {}, path = pathOf(), method: 'GET' | 'HEAD' = 'GET') =>
    harness.send(null, { method, url: path, headers })
  const digest = createHash('sha256').update(FILE).digest('hex')

  test('a link is short, carries no name, and comes back as it was made', () => {
    const url = links.make(grant())
    expect(url.length).toBeLessThan(200)
    expect(links.read(things.firmwareId, url.slice(url.lastIndexOf('/') + 1))).toEqual(grant())
  })

  test('the device gets every byte, with length, digest and type', async () => {
    const answer = await fetchIt()
    expect(answer.statusCode).toBe(200)
    expect(createHash('sha256').update(answer.rawPayload).digest('hex')).toBe(digest)
    expect(answer.headers).toMatchObject({
      'content-length': String(SIZE),
      'content-type': 'application/octet-stream',
      'accept-ranges': 'bytes',
      etag: `"${'a'.repeat(64)}"`,
    })
  })

  test('a part is a part, and the parts make the whole', async () => {
    const [first, rest] = [await fetchIt({ range: 'bytes=0-999' }), await fetchIt({ range: 'bytes=1000-' })]
    expect([first.statusCode, rest.statusCode]).toEqual([206, 206])
    expect(first.headers['content-range']).toBe(`bytes 0-999/${SIZE}`)
    expect(rest.headers['content-length']).toBe(String(SIZE - 1000))
    expect(Buffer.concat([first.rawPayload, rest.rawPayload]).equals(FILE)).toBe(true)
  })

  test('a part is asked for only of the same file', async () => {
    const [same, other] = [`"${'a'.repeat(64)}"`, '"something else"']
    expect((await fetchIt({ range: 'bytes=10-', 'if-range': same })).statusCode).toBe(206)
    expect((await fetchIt({ range: 'bytes=10-', 'if-range': other })).rawPayload).toHaveLength(SIZE)
  })

  test('a range behind the end is 416 and says where the end is', async () => {
    const answer = await fetchIt({ range: `bytes=${SIZE}-` })
    expect(answer.statusCode).toBe(416)
    expect(answer.headers['content-range']).toBe(`bytes */${SIZE}`)
    expect(Problem.parse(answer.json()).title).toContain(String(SIZE))
  })

  test('HEAD tells the length and sends nothing', async () => {
    const answer = await fetchIt({}, pathOf(), 'HEAD')
    expect([answer.statusCode, answer.headers['content-length'], answer.rawPayload.length]).toEqual([
      200,
      String(SIZE),
      0,
    ])
  })

  test('HEAD knows no parts: ranges are defined for GET alone', async () => {
    const answer = await fetchIt({ range: 'bytes=0-9' }, pathOf(), 'HEAD')
    expect([answer.statusCode, answer.headers['content-length']]).toEqual([200, String(SIZE)])
    expect(answer.headers['content-range']).toBeUndefined()
    expect((await fetchIt({ range: `bytes=${SIZE}-` }, pathOf(), 'HEAD')).statusCode).toBe(200)
  })

  test('a link that was changed, or made for another file, is forged', async () => {
    const path = pathOf()
    const other = await makeThings(harness)
    const changed = path.slice(0, -1) + (path.endsWith('A') ? 'B' : 'A')
    for (const forged of [`${path}A`, path.slice(0, -4), changed, path.replace(things.firmwareId, other.firmwareId)]) {
      const answer = await fetchIt({}, forged)
      expect([answer.statusCode, Problem.parse(answer.json()).code]).toEqual([403, 'link_invalid'])
    }
  })

  test.each([
    ['has expired', { expiresAt: 1 }, 403, 'link_expired'],
    ['is of an earlier attempt', { attempt: 9 }, 403, 'link_closed'],
    ['is of another device', { deviceId: '00000000-0000-4000-8000-00000000dead' }, 403, 'link_closed'],
  ])('a link that %s is refused in words', async (_about, extra, status, code) => {
    const answer = await fetchIt({}, pathOf(extra))
    expect([answer.statusCode, Problem.parse(answer.json()).code]).toEqual([status, code])
  })

  test('a link ends with its task', async () => {
    await setTask('succeeded')
    expect((await fetchIt()).statusCode).toBe(403)
  })

  test('deleted firmware is gone, and so is a file that is missing', async () => {
    const path = pathOf()
    await unlink(join(harness.config.dataDir, 'firmware', things.firmwareId))
    expect((await fetchIt({}, path)).statusCode).toBe(410)
    await harness.db.transact((trx) =>
      trx.updateTable('firmware').set({ deleted_at: 1 }).where('id', '=', things.firmwareId).execute(),
    )
    // most often its task is over as well, for firmware that an unfinished job uses is not deleted
    for (const status of ['published', 'failed', 'succeeded']) {
      await setTask(status)
      const answer = await fetchIt({}, path)
      expect([answer.statusCode, Problem.parse(answer.json()).code]).toEqual([410, 'firmware_deleted'])
    }
  })

  test('a device that hangs up leaves no open file behind', async () => {
    await harness.service.start()
    const { port } = harness.service.app.server.address() as { port: number }
    const file = join(harness.config.dataDir, 'firmware', things.firmwareId)
    // sparse: large enough that it cannot be sent before the device hangs up
    await truncate(file, 64 * 1_048_576)
    await harness.db.transact((trx) =>
      trx
        .updateTable('firmware')
        .set({ size_bytes: 64 * 1_048_576 })
        .where('id', '=', things.firmwareId)
        .execute(),
    )
    await new Promise<void>((resolve, reject) => {
      const request = get({ port, path: pathOf() }, (response) => {
        response.once('data', () => {
          void openFiles().then((open) => {
            expect(open).toContain(file)
            request.destroy()
          }, reject)
        })
        response.once('close', resolve)
        response.on('error', () => {})
      })
      request.on('error', () => {})
    })
    await expect.poll(openFiles).not.toContain(file)
  })
})

/** Paths that this process has open. */
async function openFiles(): Promise<string[]> {
  const handles = await readdir('/proc/self/fd')
  return Promise.all(handles.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')))
}
