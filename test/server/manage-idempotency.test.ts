import { createHash } from 'node:crypto'

import type { InjectOptions } from 'fastify'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { Problem } from '#contract/endpoint.ts'
import type { Db } from '#server/db/open.ts'

import { ORG, startHarness, type Harness } from './harness.ts'
import { databases } from './support/databases.ts'

const PRODUCTS = `/api/orgs/${ORG}/products`
const problemOf = (answer: { json(): unknown }) => Problem.parse(answer.json())
const productAsParsed = { name: 'Meter', description: '', dynamicActivation: false, tlsRequired: false }

describe.each(databases)('an Idempotency-Key on %s', (database) => {
  let harness: Harness
  beforeEach(async () => {
    harness = await startHarness({ database })
  })
  afterEach(() => harness.close())

  const post = (payload: object, headers: Record<string, string> = {}) =>
    harness.send('operator', { method: 'POST', url: PRODUCTS, payload, headers } as InjectOptions)
  const products = async () => (await harness.send('viewer', { url: PRODUCTS })).json().items.length as number
  const key = (value: string) => ({ 'idempotency-key': value })

  test('makes a creation that is sent twice happen once, with the same answer', async () => {
    const [first, second] = [await post({ name: 'Meter' }, key('k-1')), await post({ name: 'Meter' }, key('k-1'))]
    expect([first.statusCode, second.statusCode]).toEqual([201, 201])
    expect(second.json()).toEqual(first.json())
    expect(second.headers['idempotent-replay']).toBe('true')
    expect(await products()).toBe(1)
  })

  test('keeps the answer sealed, for it holds a secret', async () => {
    const { productSecret } = (await post({ name: 'Meter' }, key('k-1'))).json()
    const rows = await harness.db.read.selectFrom('idempotency').selectAll().execute()
    expect(rows).toHaveLength(1)
    expect(JSON.stringify(rows)).not.toContain(productSecret)
  })

  test('works once when both come at the same moment', async () => {
    const answers = await Promise.all([post({ name: 'Meter' }, key('k-1')), post({ name: 'Meter' }, key('k-1'))])
    // the second is told that the first is under way, or gets its answer when that came in between
    const [made, ...others] = answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)
    expect(made).toBe(201)
    expect([201, 409]).toContain(others[0])
    expect(await products()).toBe(1)
  })

  test('is of one request and one person', async () => {
    await post({ name: 'Meter' }, key('k-1'))
    expect(problemOf(await post({ name: 'Other' }, key('k-1'))).code).toBe('idempotency_key_reused')
    const other = { method: 'POST', url: PRODUCTS, payload: { name: 'Meter' }, headers: key('k-1') } as const
    expect((await harness.send('admin', other)).statusCode).toBe(201)
    expect(await products()).toBe(2)
  })

  test('may be used again after a refusal, and after a day', async () => {
    await post({ name: 'Meter', productKey: 'meter' })
    const twice = { name: 'Meter', productKey: 'meter' }
    expect((await post(twice, key('k-1'))).statusCode).toBe(409)
    expect((await post({ name: 'Other' }, key('k-1'))).statusCode).toBe(201)
    await harness.clock.advance(25 * 3_600_000)
    harness.forget()
    expect((await post({ name: 'Third' }, key('k-1'))).statusCode).toBe(201)
  })

  test('of a process that ended before it answered is not run again', async () => {
    await harness.db.transact(async (trx) => {
      const user = await trx.selectFrom('users').select('id').where('name', '=', 'operator').executeTakeFirstOrThrow()
      const org = await trx.selectFrom('orgs').select('id').where('slug', '=', ORG).executeTakeFirstOrThrow()
      const hash = createHash('sha256')
        .update(JSON.stringify(['POST', PRODUCTS, productAsParsed]))
        .digest('hex')
      const row = { org_id: org.id, user_id: user.id, key: 'k-1', request_hash: hash, status: 0, reply: '' }
      await trx
        .insertInto('idempotency')
        .values({ ...row, created_at: harness.clock.now() })
        .execute()
    })
    const answer = await post({ name: 'Meter' }, key('k-1'))
    expect([answer.statusCode, problemOf(answer).code]).toEqual([409, 'idempotency_unanswered'])
    expect(await products()).toBe(0)
  })

  test.each(['', 'a'.repeat(129), 'two words'])('of "%s" is refused', async (value) => {
    expect((await post({ name: 'Meter' }, key(value))).statusCode).toBe(400)
  })
})

/** What becomes of a transaction: `fails` before its commit, `lost` is the answer to a commit that came through. */
type Fate = 'full' | 'fails' | 'lost' | undefined
const FULL = Object.assign(new Error('database or disk is full'), { code: 'SQLITE_FULL' })
const LOST = new Error('Connection terminated unexpectedly')

describe.each(databases)('an Idempotency-Key of a request that fails on %s', (database) => {
  /** Of the next transactions, in their order; a request with a key begins by taking the key. */
  let fates: Fate[] = []
  const intoDb = (db: Db): Db => ({
    ...db,
    async transact(work) {
      const fate = fates.shift()
      const result = await db.transact(async (trx) => {
        const done = await work(trx)
        if (fate === 'full') throw FULL
        if (fate === 'fails') throw new Error('a fault of ours')
        return done
      })
      if (fate === 'lost') throw LOST
      return result
    },
  })
  let harness: Harness
  beforeEach(async () => {
    harness = await startHarness({ database, intoDb })
    await harness.cookieOf('operator')
  })
  afterEach(() => harness.close())

  const post = (...those: Fate[]) => {
    fates = those
    const headers = { 'idempotency-key': 'k-1' }
    return harness.send('operator', { method: 'POST', url: PRODUCTS, payload: { name: 'Meter' }, headers })
  }
  const products = async () => (await harness.send('operator', { url: PRODUCTS })).json().items.length as number

  test.each([
    ['a disk that was full', 507, ['full']],
    ['a disk that was too full to give the key back', 507, ['full', 'full']],
    ['a fault of ours that changed nothing', 500, ['fails']],
  ] as const)('may be used again after %s', async (_what, status, those) => {
    expect((await post(undefined, ...those)).statusCode).toBe(status)
    expect(await products()).toBe(0)
    expect((await post()).statusCode).toBe(201)
    expect((await post()).headers['idempotent-replay']).toBe('true')
    expect(await products()).toBe(1)
  })

  test('waits with the request as long as the disk is too full to give it back', async () => {
    await post(undefined, 'full', 'full')
    expect((await post('full')).statusCode).toBe(507)
    expect((await post()).statusCode).toBe(201)
  })

  test('stays taken when nobody knows whether the commit came through', async () => {
    expect((await post(undefined, 'lost')).statusCode).toBe(500)
    expect(problemOf(await post()).code).toBe('idempotency_unanswered')
    expect(await products()).toBe(1)
  })

  test('does not make a failure of what was made, when there is no room to keep its answer', async () => {
    expect((await post(undefined, undefined, 'full')).statusCode).toBe(201)
    expect(problemOf(await post()).code).toBe('idempotency_unanswered')
    expect(await products()).toBe(1)
  })
})
