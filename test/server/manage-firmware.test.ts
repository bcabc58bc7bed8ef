import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { Problem } from '#contract/endpoint.ts'
import { firmware as api, type Firmware } from '#contract/manage/firmware.ts'
import { newId } from '#server/db/ids.ts'

import { ORG, OTHER_ORG, START, startHarness, type Harness } from './harness.ts'
import { FILE, makeThings, type Things } from './manage-world.ts'
import { databases } from './support/databases.ts'

const BASE = `/api/orgs/${ORG}/firmware`
const digests = { sha256: 'a'.repeat(64), md5: 'b'.repeat(32) }

describe.each(databases)('firmware on %s', (database) => {
  let harness: Harness
  let things: Things
  let gone: string
  beforeAll(async () => {
    harness = await startHarness({ database })
    things = await makeThings(harness)
  })
  afterAll(() => harness.close())

  const get = (query: string) => harness.send('viewer', { url: `${BASE}${query}` })
  const list = async (query = '') => api.list.reply.parse((await get(query)).json())
  const view = async (id: string) => api.view.reply.parse((await get(`/${id}`)).json())
  const create = (extra: object) => {
    const payload = {
      uploadId: things.uploadId,
      productKey: things.productKey,
      name: 'new',
      version: '9',
      ...digests,
      ...extra,
    }
    return harness.send('operator', { method: 'POST', url: BASE, payload })
  }
  const remove = (id: string) => harness.send('operator', { method: 'DELETE', url: `${BASE}/${id}` })

  test('it knows how many devices run it and how many jobs use it', async () => {
    expect(await view(things.firmwareId)).toMatchObject({ deviceCount: 0, jobCount: 1, productName: things.productKey })
    const run = (version: string) =>
      harness.db.transact((trx) =>
        trx.updateTable('devices').set({ reported_version: version }).where('id', '=', things.deviceId).execute(),
      )
    await run('2.0.0')
    expect((await view(things.firmwareId)).deviceCount).toBe(1)
    await run('3.0.0')
    expect((await view(things.firmwareId)).deviceCount).toBe(0)
  })

  test.each([
    ['version', { version: '2.0.0' }, 24601],
    ['name', { name: 'firmware' }, 24602],
  ])('a %s that is taken is refused beside its field, and the upload stays', async (field, extra, enosCode) => {
    const answer = await create(extra)
    const problem = Problem.parse(answer.json())
    expect(answer.statusCode).toBe(409)
    expect(problem).toMatchObject({ code: 'taken', enosCode, fields: { [field]: problem.title } })
    expect(await readdir(join(harness.config.dataDir, 'uploads'))).toContain(things.uploadId)
  })

  test('an unknown product is not found, an unknown upload is said beside the file', async () => {
    expect((await create({ productKey: 'nothing-here' })).statusCode).toBe(404)
    const answer = await create({ uploadId: newId(START) })
    expect(answer.statusCode).toBe(422)
    expect(Object.keys(Problem.parse(answer.json()).fields ?? {})).toEqual(['file'])
  })

  test('the same bytes are found in all products of the organisation, in no other, and not once they are deleted', async () => {
    const [own, foreign] = [await makeThings(harness), await makeThings(harness, OTHER_ORG)]
    const same = async () => (await list(`?sha256=${digests.sha256}`)).items.map(({ id }) => id)
    expect(await same()).toEqual(expect.arrayContaining([things.firmwareId, own.firmwareId]))
    expect(await same()).not.toContain(foreign.firmwareId)
    const jobs = `/api/orgs/${ORG}/jobs/${own.jobId}`
    await harness.send('operator', { method: 'DELETE', url: jobs })
    expect((await remove(own.firmwareId)).statusCode).toBe(204)
    expect(await same()).not.toContain(own.firmwareId)
  })

  test('an operator fetches the file, whole or in part, and is told when it is gone', async () => {
    const file = (headers: Record<string, string> = {}) =>
      harness.send('operator', { url: `${BASE}/${things.firmwareId}/file`, headers })
    expect((await file()).rawPayload.equals(FILE)).toBe(true)
    const part = await file({ range: 'bytes=4000-' })
    expect([part.statusCode, part.headers['content-range']]).toEqual([206, 'bytes 4000-4095/4096'])
    expect((await file({ range: 'bytes=4096-' })).statusCode).toBe(416)
    const own = await makeThings(harness)
    await rm(join(harness.config.dataDir, 'firmware', own.firmwareId))
    const missing = await harness.send('operator', { url: `${BASE}/${own.firmwareId}/file` })
    expect([missing.statusCode, Problem.parse(missing.json()).title]).toEqual([
      404,
      expect.stringContaining('Firmware file'),
    ])
  })

  test.each([
    ['its verification rule', { verification: { required: false } }],
    ['its version', { version: '9.9.9' }],
    ['its name', { name: 'other' }],
    ['a description that is too long', { description: 'x'.repeat(513) }],
    ['notes that are too long', { releaseNotes: 'x'.repeat(4001) }],
    ['a tag without a value to show', { tags: { 'a b': ' c' } }],
  ])('an edit of %s is refused, and changes nothing', async (_about, change) => {
    const before = await view(things.firmwareId)
    const url = `${BASE}/${things.firmwareId}`
    const payload = { ...change, revision: before.revision }
    const answer = await harness.send('operator', { method: 'PATCH', url, payload })
    expect([answer.statusCode, Problem.parse(answer.json()).code]).toEqual([400, 'invalid_request'])
    expect(await view(things.firmwareId)).toEqual(before)
  })

  test('an edit that comes second is refused as stale', async () => {
    const edit = (description: string, revision: number) =>
      harness.send('operator', {
        method: 'PATCH',
        url: `${BASE}/${things.firmwareId}`,
        payload: { description, revision },
      })
    const first = await edit('first', 1)
    expect(first.json()).toMatchObject({ description: 'first', revision: 2 })
    const second = await edit('second', 1)
    expect([second.statusCode, Problem.parse(second.json()).code]).toEqual([409, 'stale'])
    expect((await view(things.firmwareId)).description).toBe('first')
  })

  test('it is not deleted while an unfinished job uses it; then its file goes and its name stays taken', async () => {
    const own = await makeThings(harness)
    gone = own.firmwareId
    const refused = await remove(own.firmwareId)
    expect([refused.statusCode, Problem.parse(refused.json()).enosCode]).toEqual([409, 24604])
    await harness.db.transact((trx) =>
      trx.updateTable('jobs').set({ state: 'completed' }).where('id', '=', own.jobId).execute(),
    )
    expect((await remove(own.firmwareId)).statusCode).toBe(204)
    expect((await get(`/${own.firmwareId}`)).statusCode).toBe(404)
    expect((await remove(own.firmwareId)).statusCode).toBe(404)
    expect(await readdir(join(harness.config.dataDir, 'firmware'))).not.toContain(own.firmwareId)
    const again = await create({ productKey: own.productKey, uploadId: own.uploadId, version: '2.0.0' })
    expect(Problem.parse(again.json()).enosCode).toBe(24601)
  })

  test('what people did stands in the log', async () => {
    const rows = await harness.db.read
      .selectFrom('log')
      .select(['action', 'actor_name'])
      .where('object_kind', '=', 'firmware')
      .where('object_id', 'in', [things.firmwareId, gone])
      .orderBy('id')
      .execute()
    expect(rows).toEqual([
      { action: 'firmware.updated', actor_name: 'operator' },
      { action: 'firmware.deleted', actor_name: 'operator' },
    ])
  })

  describe('a list of 25', () => {
    beforeAll(async () => {
      await harness.db.transact(async (trx) => {
        const template = await trx
          .selectFrom('firmware')
          .selectAll()
          .where('id', '=', things.firmwareId)
          .executeTakeFirstOrThrow()
        const rows = Array.from({ length: 25 }, (_, n) => ({
          ...template,
          id: newId(START + n),
          // two in each moment, so that the order needs its tie-breaker
          created_at: START + Math.floor(n / 2),
          name: `page-${String((n * 7) % 25).padStart(2, '0')}`,
          version: `page.${n}`,
        }))
        await trx.insertInto('firmware').values(rows).execute()
      })
    })

    const walk = async (query: string): Promise<Firmware[]> => {
      const found: Firmware[] = []
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: Awaited<ReturnType<typeof list>> = await list(`${query}&limit=10${cursor && `&cursor=${cursor}`}`)
        expect(page.total).toBe(25)
        found.push(...page.items)
        cursor = page.nextCursor
      }
      return found
    }

    test('is walked page by page, by name and by time, forwards and backwards', async () => {
      const names = (await walk('?q=page-&sort=name')).map(({ name }) => name)
      expect(names).toEqual([...names].toSorted())
      expect(new Set(names).size).toBe(25)
      const times = (await walk('?q=page-')).map(({ createdAt, id }) => `${createdAt} ${id}`)
      expect(times).toEqual([...times].toSorted().toReversed())
      const last = await list('?q=page-&sort=name&limit=10&cursor=last')
      expect(last.items.map(({ name }) => name)).toEqual(names.slice(-10))
      const before = await list(`?q=page-&sort=name&limit=10&cursor=${last.prevCursor}`)
      expect(before.items.map(({ name }) => name)).toEqual(names.slice(5, 15))
    })

    test('is narrowed by product, state and digest', async () => {
      expect((await list(`?product=${things.productKey}&q=page-`)).total).toBe(25)
      expect((await list('?product=none-such')).items).toEqual([])
      expect((await list('?state=verified')).items).toEqual([])
      expect((await list(`?sha256=${'c'.repeat(64)}`)).items).toEqual([])
    })

    test.each([
      '?cursor=nonsense',
      '?limit=0',
      '?limit=201',
      '?sort=size',
      '?sha256=xyz',
      `?cursor=${'a'.repeat(600)}`,
    ])('asked for with %s is refused', async (query) => {
      const answer = await get(query)
      expect([answer.statusCode, Problem.parse(answer.json()).code]).toEqual([400, 'invalid_request'])
    })
  })
})
