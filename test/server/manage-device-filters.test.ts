import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { devices as deviceApi } from '#contract/manage/devices.ts'

import { ORG, OTHER_ORG, START, startHarness, type Harness } from './harness.ts'
import { deviceRow } from './manage-world.ts'
import { databases } from './support/databases.ts'

const BASE = `/api/orgs/${ORG}/devices`
const DAY = 86_400_000
/** More than are ever put in order at once, so that both ways of looking for those not seen are gone. */
const SIZE = 2_600

/** The nth device: what it is follows from its number, so that a test can say which are asked for. */
const facts = (n: number) => ({
  product: n % 2 ? 'meter' : 'lamp',
  version: n % 3 ? '1.0' : '2.0',
  online: n % 10 === 3,
  tags: { ...(n % 4 === 0 && { site: n % 8 === 0 ? 'north' : 'south' }), ...(n % 5 === 0 && { 'floor/unit': '1=2' }) },
  // a handful for long, most for a while
  days: n % 500 === 0 ? 40 : n % 7 === 0 ? 0 : 10,
})
const keyOf = (n: number) => `n-${String(n).padStart(4, '0')}`
const numbers = Array.from({ length: SIZE }, (_, n) => n)

describe.each(databases)('devices by tag and by when they were last seen on %s', (database) => {
  let harness: Harness
  beforeAll(async () => {
    harness = await startHarness({ database })
    for (const productKey of ['lamp', 'meter'])
      await harness.send('operator', {
        method: 'POST',
        url: `/api/orgs/${ORG}/products`,
        payload: { name: productKey, productKey },
      })
    const org = harness.db.read.selectFrom('orgs').select('id').where('slug', '=', ORG)
    const { id } = await org.executeTakeFirstOrThrow()
    const rows = numbers.map((n) => {
      const { product, version, online, tags, days } = facts(n)
      return {
        ...deviceRow(id, product, keyOf(n), version),
        connected: online ? (1 as const) : (0 as const),
        // the last one never came at all
        last_seen_at: n === SIZE - 1 ? null : START - days * DAY - 1,
        created_at: START - 100 * DAY,
        tags: JSON.stringify(tags),
      }
    })
    for (let from = 0; from < SIZE; from += 200)
      await harness.db.transact((trx) =>
        trx
          .insertInto('devices')
          .values(rows.slice(from, from + 200))
          .execute(),
      )
  })
  afterAll(() => harness.close())

  const list = async (query: string) => {
    const answer = await harness.send('viewer', { url: `${BASE}?${query}` })
    return deviceApi.list.reply.parse(answer.json())
  }
  async function walk(query: string, way: 'nextCursor' | 'prevCursor' = 'nextCursor') {
    const pages: string[][] = []
    for (let cursor: string | null = way === 'nextCursor' ? '' : 'last'; cursor !== null;) {
      const page: Awaited<ReturnType<typeof list>> = await list(`${query}&limit=150${cursor && `&cursor=${cursor}`}`)
      pages.push(page.items.map(({ deviceKey }) => deviceKey))
      cursor = page[way]
    }
    return (way === 'nextCursor' ? pages : pages.toReversed()).flat()
  }
  const those = (wanted: (of: ReturnType<typeof facts>, n: number) => boolean) =>
    numbers.filter((n) => wanted(facts(n), n)).map(keyOf)
  const unseen = (days: number) => (of: ReturnType<typeof facts>, n: number) =>
    !of.online && (n === SIZE - 1 ? 100 : of.days) >= days

  test.each<[string, (of: ReturnType<typeof facts>, n: number) => boolean]>([
    ['tag=site', ({ tags }) => 'site' in tags],
    ['tag=site=north', ({ tags }) => tags.site === 'north'],
    ['tag=floor/unit=1=2', ({ tags }) => 'floor/unit' in tags],
    ['tag=site=', () => false],
    ['tag=site&q=n-01', ({ tags }, n) => 'site' in tags && keyOf(n).startsWith('n-01')],
    ['tag=site&product=lamp&version=2.0', ({ tags, version }) => 'site' in tags && version === '2.0'],
    ['tag=floor/unit&connection=online', ({ tags, online }) => 'floor/unit' in tags && online],
    ['unseenDays=30', unseen(30)],
    ['unseenDays=7', unseen(7)],
    ['unseenDays=7&product=meter', (of, n) => unseen(7)(of, n) && of.product === 'meter'],
    ['unseenDays=7&version=2.0&tag=site', (of, n) => unseen(7)(of, n) && of.version === '2.0' && 'site' in of.tags],
    ['unseenDays=30&q=n-1', (of, n) => unseen(30)(of, n) && keyOf(n).startsWith('n-1')],
    ['unseenDays=7&connection=online', () => false],
    ['unseenDays=101', () => false],
  ])('%s, from either end and in either order', async (query, wanted) => {
    const found = those(wanted)
    expect(await walk(query)).toEqual(found)
    expect(await walk(query, 'prevCursor')).toEqual(found)
    expect(await walk(`${query}&order=desc`)).toEqual(found.toReversed())
  })

  test('few that are missed are counted, and another organisation misses none of them', async () => {
    expect((await list('unseenDays=30')).total).toBe(those(unseen(30)).length)
    const foreign = await harness.send('neighbour', { url: `/api/orgs/${OTHER_ORG}/devices?tag=site&unseenDays=1` })
    expect(foreign.json().items).toEqual([])
  })

  test('a device is found by its tags as they are now, and no more when it is deleted', async () => {
    const { id, version } = (await list(`q=${keyOf(1)}`)).items[0] ?? { id: '', version: 0 }
    const edit = { method: 'PATCH' as const, url: `${BASE}/${id}`, payload: { version, tags: { gone: 'soon' } } }
    expect((await harness.send('operator', edit)).statusCode).toBe(200)
    expect(await walk('tag=gone')).toEqual([keyOf(1)])
    expect((await harness.send('operator', { method: 'DELETE', url: `${BASE}/${id}` })).statusCode).toBe(204)
    expect(await walk('tag=gone')).toEqual([])
    const left = harness.db.read.selectFrom('device_tags').select('tag_key').where('device_id', '=', id)
    expect(await left.execute()).toEqual([])
  })

  test('who comes back is no longer missed', async () => {
    const [first = ''] = those(unseen(30))
    await harness.db.transact((trx) =>
      trx.updateTable('devices').set({ connected: 1 }).where('device_key', '=', first).execute(),
    )
    expect(await walk('unseenDays=30')).not.toContain(first)
  })
})
