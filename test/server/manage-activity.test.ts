import { CompiledQuery, type KyselyPlugin } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { ActivityEntry } from '#contract/manage/activity.ts'
import { createActivity } from '#server/db/activity.ts'
import { appendLog } from '#server/db/log.ts'
import type { LogLine } from '#server/ports-engine.ts'

import { ORG, START, startHarness, type Harness } from './harness.ts'
import { databases } from './support/databases.ts'

const LINES = 1_200
const PEOPLE = ['user-0', 'user-1', 'user-2']

/** A log in which every third line is of a person and every tenth is of the same instant as the one before. */
const lineOf = (orgId: string, n: number): LogLine => ({
  orgId,
  at: START + Math.floor(n / 10) * 1_000,
  actor:
    n % 3 === 0
      ? { kind: 'user', id: PEOPLE[(n / 3) % 3] ?? '', name: '-2+3', address: '10.0.0.1' }
      : { kind: 'device', id: `device-${n % 7}`, name: `device-${n % 7}`, address: '' },
  object: n % 3 === 0 ? { kind: 'policy', id: `policy-${n % 4}` } : { kind: 'task', id: `device-${n % 7}` },
  action: n % 3 === 0 ? 'policy.updated' : 'task.failed',
  why: n === 3 ? '@SUM(1),\n"two lines"' : null,
  summary: `line ${n}`,
})

describe.each(databases)('the log on %s', (database) => {
  let harness: Harness
  let queries = 0
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      queries += 1
      return node
    },
    transformResult: async ({ result }) => result,
  }
  beforeAll(async () => {
    harness = await startHarness({ database, intoDb: (db) => ({ ...db, read: db.read.withPlugin(plugin) }) })
    const { db } = harness
    const { id } = await db.read.selectFrom('orgs').select('id').where('slug', '=', ORG).executeTakeFirstOrThrow()
    const lines = Array.from({ length: LINES }, (_, n) => lineOf(id, n))
    await db.transact((trx) => appendLog({ trx, dialect: db.dialect }, lines))
  })
  afterAll(() => harness.close())

  async function all(query: Record<string, string> = {}): Promise<ActivityEntry[]> {
    const found: ActivityEntry[] = []
    for (let cursor: string | null = ''; cursor !== null;) {
      const asked: Record<string, string> = { ...query, limit: '200', ...(cursor && { cursor }) }
      const search = new URLSearchParams(asked)
      const answer = await harness.send('viewer', { method: 'GET', url: `/api/orgs/${ORG}/activity?${search}` })
      const page = answer.json<{ items: ActivityEntry[]; nextCursor: string | null }>()
      // whoever reads the log came in first
      found.push(...page.items.filter(({ action }) => action !== 'user.signedIn'))
      cursor = page.nextCursor
    }
    return found
  }
  const numbers = (entries: readonly ActivityEntry[]) => entries.map(({ summary }) => Number(summary.slice(5)))
  const expected = (matches: (line: LogLine) => boolean): number[] =>
    Array.from({ length: LINES }, (_, n) => n)
      .filter((n) => matches(lineOf('', n)))
      .toReversed()

  test('is paged newest first, without a gap or a repetition where many lines are of one instant', async () => {
    expect(numbers(await all())).toEqual(expected(() => true))
  })

  test('is filtered by person, thing, action and time, and by several of them', async () => {
    expect(numbers(await all({ actor: 'user-1' }))).toEqual(expected(({ actor }) => actor.id === 'user-1'))
    expect(numbers(await all({ object: 'policy-2' }))).toEqual(expected(({ object }) => object.id === 'policy-2'))
    expect(numbers(await all({ action: 'task.failed' }))).toEqual(expected(({ action }) => action === 'task.failed'))
    const [from, to] = [START + 20_000, START + 40_000]
    const between = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
    expect(numbers(await all({ ...between, actor: 'user-2' }))).toEqual(
      expected(({ at, actor }) => at >= from && at <= to && actor.id === 'user-2'),
    )
  })

  test('is exported whole, and no cell of it is a formula', async () => {
    const answer = await harness.send('viewer', { method: 'GET', url: `/api/orgs/${ORG}/activity.csv` })
    const rows = answer.body.split('\r\n')
    // a head, every line, who came in to read it, and nothing behind the last line end
    expect(rows).toHaveLength(LINES + 3)
    expect(answer.body).toContain(`,"'@SUM(1),\n""two lines""",`)
    expect(answer.body).toContain(`,'-2+3,user,`)
    expect(answer.body).not.toMatch(/(^|,|\r\n)"?[=+\-@\t\r]/)
  })

  test('is not read for whoever asks for no more than the headers of its export', async () => {
    const ask = async (method: 'GET' | 'HEAD') => {
      const before = queries
      const { headers, body } = await harness.send('viewer', { method, url: `/api/orgs/${ORG}/activity.csv` })
      const { 'content-type': type, 'content-disposition': disposition } = headers
      return { queries: queries - before, body, type, disposition }
    }
    const { queries: most, ...whole } = await ask('GET')
    // 500 lines are read at once
    expect(await ask('HEAD')).toEqual({ ...whole, body: '', queries: most - 3 })
  })

  test('cannot be changed, not even by the service itself', async () => {
    const change = () => harness.db.transact((trx) => trx.updateTable('log').set({ action: 'x' }).execute())
    const remove = () => harness.db.transact((trx) => trx.deleteFrom('log').execute())
    await expect(change()).rejects.toThrow('append-only')
    await expect(remove()).rejects.toThrow('append-only')
  })
})

test('every filter of the log has its index', async () => {
  const { db, close } = await startHarness()
  const queries: CompiledQuery[] = []
  const read = db.read.withPlugin({
    transformQuery({ node, queryId }) {
      queries.push(db.read.getExecutor().compileQuery(node, queryId))
      return node
    },
    transformResult: async ({ result }) => result,
  })
  const activity = createActivity({ ...db, read })
  const ask = { position: { at: 'after', key: [START, 'id'] }, limit: 50, order: 'desc' } as const
  for (const filter of [{}, { actor: 'x' }, { object: 'x' }, { action: 'x' }, { from: 1, to: 2 }])
    await activity.list('org', filter, ask)
  const plans = await Promise.all(
    queries.map(async ({ sql, parameters }) => {
      const explained = CompiledQuery.raw(`explain query plan ${sql}`, [...parameters])
      const { rows } = await db.read.executeQuery<{ detail: string }>(explained)
      return rows.map(({ detail }) => detail).join('; ')
    }),
  )
  expect(plans.map((plan) => /USING INDEX (\w+)/.exec(plan)?.[1])).toEqual([
    'log_time',
    'log_actor',
    'log_object',
    'log_action',
    'log_time',
  ])
  expect(plans.join()).not.toContain('TEMP B-TREE')
  await close()
})
