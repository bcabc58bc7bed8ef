import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import { Problem } from '#contract/endpoint.ts'
import { devices as deviceApi } from '#contract/manage/devices.ts'
import { orgs as orgApi } from '#contract/manage/orgs.ts'
import { products as productApi } from '#contract/manage/products.ts'
import { createBox } from '#server/access/box.ts'
import { keepSecrets } from '#server/access/secrets.ts'
import { createDirectory } from '#server/db/directory.ts'

import { ORG, OTHER_ORG, startHarness, type Harness, type Who } from './harness.ts'
import { deviceRow } from './manage-world.ts'
import { databases } from './support/databases.ts'

const BASE = `/api/orgs/${ORG}`

describe.each(databases)('organisations, products and devices on %s', (database) => {
  let harness: Harness
  beforeAll(async () => {
    harness = await startHarness({ database })
  })
  afterAll(() => harness.close())

  const get = (url: string, who: Who = 'viewer') => harness.send(who, { url })
  const post = (url: string, payload?: object, who: Who = 'operator') =>
    harness.send(who, { method: 'POST', url, ...(payload && { payload }) })
  const refusal = (answer: { statusCode: number; json(): unknown }) => {
    const { code, fields } = Problem.parse(answer.json())
    return [answer.statusCode, code, Object.keys(fields ?? {})]
  }

  test('who makes an organisation is its first admin, and its slug is unique', async () => {
    const made = await post('/api/orgs', { slug: 'lta', name: 'LTA' }, 'platformAdmin')
    expect(orgApi.create.reply.parse(made.json())).toMatchObject({ slug: 'lta', zone: 'Asia/Singapore' })
    expect((await post('/api/orgs/lta/products', { name: 'Signal' }, 'platformAdmin')).statusCode).toBe(201)
    expect(refusal(await post('/api/orgs', { slug: 'lta', name: 'Again' }, 'platformAdmin'))).toEqual([
      409,
      'taken',
      ['slug'],
    ])
    expect((await get('/api/orgs')).json().items.map(({ slug }: { slug: string }) => slug)).toEqual([ORG])
    expect((await get('/api/orgs', 'support')).json().items).toHaveLength(3)
  })

  test('a product key is unique in the whole deployment, and made when none is given', async () => {
    expect((await post(`${BASE}/products`, { name: 'Meter', productKey: 'meter' })).statusCode).toBe(201)
    const foreign = await post(`/api/orgs/${OTHER_ORG}/products`, { name: 'Meter', productKey: 'meter' }, 'neighbour')
    expect(refusal(foreign)).toEqual([409, 'taken', ['productKey']])
    const made = productApi.create.reply.parse((await post(`${BASE}/products`, { name: 'Fan' })).json())
    expect(made.productKey).toMatch(/^[A-Za-z0-9_-]{4,64}$/)
  })

  test('of two edits of a product the second is stale', async () => {
    const edit = (name: string) =>
      harness.send('operator', { method: 'PATCH', url: `${BASE}/products/meter`, payload: { name, version: 1 } })
    expect((await edit('Meter A')).json()).toMatchObject({ name: 'Meter A', version: 2, tlsRequired: false })
    expect(refusal(await edit('Meter B'))).toEqual([409, 'stale', []])
  })

  test('secrets are shown once, kept sealed, and open to the device channel', async () => {
    const made = deviceApi.create.reply.parse(
      (await post(`${BASE}/devices`, { productKey: 'meter', deviceKey: 'dev-1', tags: { floor: '3' } })).json(),
    )
    expect((await get(`${BASE}/devices/${made.id}`)).body).not.toContain(made.deviceSecret)
    const rows = await harness.db.read.selectFrom('devices').selectAll().execute()
    expect(JSON.stringify(rows)).not.toContain(made.deviceSecret)
    const log = await harness.db.read.selectFrom('log').selectAll().execute()
    expect(JSON.stringify(log)).not.toContain(made.deviceSecret)
    const { dataKey } = await keepSecrets(harness.config.dataDir, harness.config)
    const directory = createDirectory(harness.db, harness.clock, createBox(dataKey))
    expect(await directory.credentials('meter', 'dev-1')).toMatchObject({
      deviceId: made.id,
      deviceSecret: made.deviceSecret,
      enabled: true,
      activated: false,
    })
    expect(await directory.credentials('meter', 'nobody')).toBeUndefined()
    const activate = () => directory.activate(made.id, { address: '10.0.0.9', isTold: true })
    expect([await activate(), await activate()]).toEqual([true, false])
  })

  test('a device key is unique in its product, and its product is of this organisation', async () => {
    expect(refusal(await post(`${BASE}/devices`, { productKey: 'meter', deviceKey: 'dev-1' }))).toEqual([
      409,
      'taken',
      ['deviceKey'],
    ])
    const other = await post(`/api/orgs/${OTHER_ORG}/devices`, { productKey: 'meter', deviceKey: 'dev-9' }, 'neighbour')
    expect(refusal(other)).toEqual([404, 'not_found', []])
    expect((await get(`${BASE}/products/meter`)).json().deviceCount).toBe(1)
  })

  test('a disabled device is out, once; enabled it may come again', async () => {
    const { id } = (await get(`${BASE}/devices?q=dev-1`)).json().items[0] as { id: string }
    const off = await post(`${BASE}/devices/${id}/disable`)
    expect(off.json()).toMatchObject({ enabled: false, version: 2 })
    expect((await post(`${BASE}/devices/${id}/disable`)).json()).toMatchObject({ enabled: false, version: 2 })
    expect((await post(`${BASE}/devices/${id}/enable`)).json()).toMatchObject({ enabled: true, version: 3 })
    const rows = await harness.db.read
      .selectFrom('log')
      .select('action')
      .where('device_id', '=', id)
      .orderBy('id')
      .execute()
    expect(rows.map(({ action }) => action)).toEqual([
      'device.created',
      'device.activated',
      'device.disabled',
      'device.enabled',
    ])
  })

  describe('with 120 devices of two products', () => {
    beforeAll(async () => {
      await post(`${BASE}/products`, { name: 'Lamp', productKey: 'lamp' })
      const org = harness.db.read.selectFrom('orgs').select('id').where('slug', '=', ORG)
      const { id: orgId } = await org.executeTakeFirstOrThrow()
      const rows = Array.from({ length: 120 }, (_, n) => ({
        // the same keys in both products: the order needs its tie-breaker
        ...deviceRow(
          orgId,
          n % 2 ? 'meter' : 'lamp',
          `n-${String(Math.floor(n / 2)).padStart(3, '0')}`,
          n % 3 ? '1.0' : null,
        ),
        connected: n % 4 === 0 ? (1 as const) : (0 as const),
      }))
      await harness.db.transact((trx) => trx.insertInto('devices').values(rows).execute())
    })

    const list = async (query: string) =>
      deviceApi.list.reply.parse((await get(`${BASE}/devices?q=n-&${query}`)).json())
    async function walk(query: string) {
      const found: string[] = []
      for (let cursor: string | null = ''; cursor !== null;) {
        const page: Awaited<ReturnType<typeof list>> = await list(`${query}&limit=25${cursor && `&cursor=${cursor}`}`)
        found.push(...page.items.map(({ deviceKey, id }) => `${deviceKey} ${id}`))
        cursor = page.nextCursor
      }
      return found
    }

    test('every filter finds what it should, in the order of the keys', async () => {
      const all = await walk('')
      expect(all).toHaveLength(120)
      expect(new Set(all).size).toBe(120)
      expect(all.map((line) => line.slice(0, 5))).toEqual(all.map((line) => line.slice(0, 5)).toSorted())
      expect(await walk('order=desc')).toEqual(all.toReversed())
      expect(await walk('product=lamp')).toHaveLength(60)
      expect(await walk('version=1.0')).toHaveLength(80)
      expect(await walk('connection=online')).toHaveLength(30)
      expect(await walk('connection=offline&product=meter&version=1.0')).toHaveLength(40)
    })

    test('a prefix is a prefix and no pattern', async () => {
      const found = async (q: string) => (await get(`${BASE}/devices?q=${encodeURIComponent(q)}`)).json().items.length
      expect(await found('n-00')).toBe(20)
      expect(await found('%')).toBe(0)
      expect(await found('n_0')).toBe(0)
      expect(await found("n' or '1'='1")).toBe(0)
    })

    test('devices online and offline are counted where they come, go and change their version', async () => {
      const total = async (query: string) =>
        deviceApi.list.reply.parse((await get(`${BASE}/devices?limit=1&${query}`)).json()).total
      const counted = async () => [
        await total('product=lamp&connection=online'),
        await total('product=lamp&connection=offline'),
        await total('product=lamp&connection=online&version=1.0'),
      ]
      const change = (set: { connected?: 0 | 1; reported_version?: string }, key: string) =>
        harness.db.transact((trx) =>
          trx.updateTable('devices').set(set).where('product_key', '=', 'lamp').where('device_key', '=', key).execute(),
        )
      expect(await counted()).toEqual([30, 30, 20])
      await change({ connected: 0 }, 'n-002')
      expect(await counted()).toEqual([29, 31, 19])
      await change({ connected: 1, reported_version: '1.9' }, 'n-002')
      expect(await counted()).toEqual([30, 30, 19])
      await change({ reported_version: '1.0' }, 'n-002')
      expect(await counted()).toEqual([30, 30, 20])
    })

    test('versions in the field are counted where they change', async () => {
      const versions = async (query = '') => (await get(`${BASE}/devices/versions${query}`)).json().items
      expect(await versions('?product=lamp')).toEqual([
        { version: '1.0', count: 40 },
        { version: null, count: 20 },
      ])
      await harness.db.transact((trx) =>
        trx
          .updateTable('devices')
          .set({ reported_version: '2.0' })
          .where('product_key', '=', 'lamp')
          .where('reported_version', 'is', null)
          .execute(),
      )
      expect(await versions('?product=lamp')).toEqual([
        { version: '1.0', count: 40 },
        { version: '2.0', count: 20 },
      ])
      const { total } = deviceApi.list.reply.parse((await get(`${BASE}/devices?version=2.0`)).json())
      expect(total).toBe(20)
    })
  })
})
