import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { DeviceList } from '#contract/manage/device-lists.ts'
import { createDeviceLists } from '#server/db/device-lists.ts'
import type { Db } from '#server/db/open.ts'

import { ORG, START, startHarness, type Harness } from './harness.ts'
import { deviceRow, makeThings, type Things } from './manage-world.ts'
import { databases } from './support/databases.ts'

const BASE = `/api/orgs/${ORG}/device-lists`
const actor = { kind: 'user', id: 'user', name: 'Olivia', address: '' } as const
const HOUR = 3_600_000

/** Keys in an order of their own, the same every time. */
const keyOf = (n: number): string => `meter-${String((n * 7_919) % 100_003).padStart(6, '0')}`

describe.each(databases)('device lists on %s', (database) => {
  let harness: Harness
  let things: Things
  beforeAll(async () => {
    harness = await startHarness({ database })
    things = await makeThings(harness)
    const rows = [1, 2, 3].map((n) => deviceRow(things.orgId, things.productKey, keyOf(n)))
    await harness.db.transact((trx) => trx.insertInto('devices').values(rows).execute())
  })
  afterAll(() => harness.close())

  const send = (payload: string, name = 'list', headers: Record<string, string> = {}) =>
    harness.send('operator', {
      method: 'POST',
      url: BASE,
      query: { product: things.productKey, name },
      headers: { 'content-type': 'text/csv', ...headers },
      payload,
    })
  const remove = (id: string) => harness.send('operator', { method: 'DELETE', url: `${BASE}/${id}` })
  const keysOf = async (id: string): Promise<string[]> => {
    const rows = await harness.db.read
      .selectFrom('device_list_keys')
      .innerJoin('device_lists', 'device_lists.no', 'device_list_keys.list_no')
      .select('device_key')
      .where('device_lists.id', '=', id)
      .orderBy('device_key')
      .execute()
    return rows.map(({ device_key }) => device_key)
  }
  const countKeys = async (): Promise<number> => {
    const all = harness.db.read.selectFrom('device_list_keys').select((on) => on.fn.countAll<number>().as('n'))
    return (await all.executeTakeFirstOrThrow()).n
  }

  test('a list of thousands in any order is kept once and in order', async () => {
    const keys = Array.from({ length: 12_000 }, (_, n) => keyOf(n))
    const list = (await send([...keys, ...keys.slice(0, 500)].join('\n'))).json<DeviceList>()
    expect(list).toMatchObject({ keyCount: 12_000, repeatedCount: 500, unknownCount: 11_997 })
    expect(await keysOf(list.id)).toEqual(keys.toSorted((a, b) => (a < b ? -1 : 1)))
    await remove(list.id)
  })

  test('a file that is sent twice with one key makes one list, and another file with it makes none', async () => {
    const key = { 'idempotency-key': 'meters-march' }
    const first = await send('meter-1\nmeter-2\n', 'once', key)
    const again = await send('meter-1\nmeter-2\n', 'once', key)
    expect([again.statusCode, again.json(), again.headers['idempotent-replay']]).toEqual([201, first.json(), 'true'])
    expect((await send('meter-1\nmeter-3\n', 'once', key)).json().code).toBe('idempotency_key_reused')
    const lists = (await harness.send('viewer', { url: BASE, query: { q: 'once' } })).json<{ items: DeviceList[] }>()
    expect(lists.items.map(({ id }) => id)).toEqual([first.json<DeviceList>().id])
    await remove(first.json<DeviceList>().id)
    // what is no list leaves the key free
    const other = { 'idempotency-key': 'meters-april' }
    expect((await send('meter 1\n', 'once', other)).statusCode).toBe(422)
    const mended = await send('meter-1\n', 'once', other)
    expect(mended.statusCode).toBe(201)
    await remove(mended.json<DeviceList>().id)
  })

  test('what was deleted is gone with all its keys', async () => {
    const before = await countKeys()
    const { id } = (await send(Array.from({ length: 2_500 }, (_, n) => keyOf(n)).join('\n'))).json<DeviceList>()
    expect(await countKeys()).toBe(before + 2_500)
    expect((await remove(id)).statusCode).toBe(204)
    expect(await countKeys()).toBe(before)
  })

  test('a list that an unfinished job uses is kept until the job has ended', async () => {
    const { id } = (await send('meter-1\nmeter-2')).json<DeviceList>()
    const { jobId } = await makeThings(harness)
    const set = { scope: JSON.stringify({ deviceListId: id }) }
    await harness.db.transact((trx) => trx.updateTable('jobs').set(set).where('id', '=', jobId).execute())
    expect((await remove(id)).json()).toMatchObject({ status: 409, code: 'device_list_in_use' })
    await harness.send('operator', { method: 'POST', url: `/api/orgs/${ORG}/jobs/${jobId}/end` })
    expect((await remove(id)).statusCode).toBe(204)
  })

  test('nothing is kept and nothing seen of a list whose keeping fails half way', async () => {
    const before = await countKeys()
    let commits = 0
    const failing: Db = {
      ...harness.db,
      transact(work) {
        commits += 1
        // the list's row, three chunks of keys, and then the disk is full
        if (commits === 5) throw new Error('disk full')
        return harness.db.transact(work)
      },
    }
    const draft = createDeviceLists(failing, harness.clock).draft()
    draft.add(Array.from({ length: 5_000 }, (_, n) => keyOf(n)))
    const wanted = { product: things.productKey, name: 'half' }
    await expect(draft.keep(things.orgId, wanted, actor)).rejects.toThrow('disk full')
    expect(await countKeys()).toBe(before)
    const half = await harness.send('viewer', { method: 'GET', url: `${BASE}?q=half` })
    expect(half.json()).toMatchObject({ items: [], total: 0 })
  })

  test('what a killed process left is swept, what is being kept is not', async () => {
    const { db, clock } = harness
    const left = (no: number, state: 'loading' | 'gone', at: number) => ({
      id: `0190${String(no).padStart(4, '0')}-0000-7000-8000-000000000000`,
      no: no + 500_000,
      org_id: things.orgId,
      product_key: things.productKey,
      name: 'left',
      state,
      key_count: 0,
      repeated_count: 0,
      unknown_count: 0,
      created_by: '',
      created_by_name: '',
      created_at: at,
    })
    const rows = [left(1, 'loading', START - 2 * HOUR), left(2, 'gone', START), left(3, 'loading', clock.now())]
    await db.transact(async (trx) => {
      await trx.insertInto('device_lists').values(rows).execute()
      const keys = rows.map(({ no }) => ({ list_no: no, device_key: 'meter-1' }))
      await trx.insertInto('device_list_keys').values(keys).execute()
    })
    await createDeviceLists(db, clock).sweep()
    const now = await db.read.selectFrom('device_lists').select('no').where('name', '=', 'left').execute()
    expect(now).toEqual([{ no: 500_003 }])
    const keys = db.read.selectFrom('device_list_keys').select('list_no').where('list_no', '>', 500_000)
    expect(await keys.execute()).toEqual([{ list_no: 500_003 }])
  })

  test('two lists at once do not get into each other', async () => {
    const [one, two] = await Promise.all(
      ['a', 'b'].map(async (letter) => {
        const keys = Array.from({ length: 3_000 }, (_, n) => `${letter}-${keyOf(n)}`)
        return (await send(keys.join('\n'), letter)).json<DeviceList>()
      }),
    )
    expect((await keysOf(one?.id ?? '')).every((key) => key.startsWith('a-'))).toBe(true)
    expect(await keysOf(two?.id ?? '')).toHaveLength(3_000)
  })
})

describe('a device list over a real connection', () => {
  let harness: Harness
  let things: Things
  let url: string
  beforeAll(async () => {
    harness = await startHarness()
    things = await makeThings(harness)
    const { httpPort } = await harness.service.start()
    url = `http://127.0.0.1:${httpPort}${BASE}?product=${things.productKey}&name=sent`
  })
  afterAll(() => harness.close())

  async function post(body: ReadableStream<Uint8Array>): Promise<Response> {
    const headers = { 'content-type': 'text/csv', cookie: await harness.cookieOf('operator') }
    return fetch(url, { method: 'POST', headers, body, duplex: 'half' } as RequestInit)
  }
  /** Lines in pieces, and what happens when all are sent. */
  const pieces = (count: number, end: (controller: ReadableStreamDefaultController<Uint8Array>) => void) => {
    let sent = 0
    return new ReadableStream<Uint8Array>({
      pull(controller) {
        if (sent === count) return end(controller)
        sent += 1
        const lines = Array.from({ length: 2_000 }, (_, n) => `meter-${sent}-${n}\n`).join('')
        controller.enqueue(new TextEncoder().encode(lines))
      },
    })
  }
  const lists = async () => (await harness.send('viewer', { method: 'GET', url: BASE })).json<{ total: number }>().total

  test('is read as it comes', async () => {
    const answer = await post(pieces(20, (controller) => controller.close()))
    expect(await answer.json()).toMatchObject({ keyCount: 40_000 })
  })

  test('that is cut in the middle leaves nothing', async () => {
    const before = await lists()
    await expect(post(pieces(20, (controller) => controller.error(new Error('cable out'))))).rejects.toThrow()
    expect(await lists()).toBe(before)
    // and its place is free again
    const answer = await post(pieces(1, (controller) => controller.close()))
    expect(answer.status).toBe(201)
  })

  test('is refused while two others are being read, which are none the worse for it', async () => {
    const open: ReadableStreamDefaultController<Uint8Array>[] = []
    let isOver = false
    const sending = [1, 2, 3].map(() => {
      const answer = post(pieces(1, (controller) => (isOver ? controller.close() : void open.push(controller))))
      return answer.then(({ status }) => status)
    })
    expect(await Promise.race(sending)).toBe(503)
    isOver = true
    for (const controller of open)
      try {
        controller.close()
      } catch {
        // the one that was refused takes no more
      }
    const answers = await Promise.all(sending)
    expect(answers.toSorted((a, b) => a - b)).toEqual([201, 201, 503])
  })
})
