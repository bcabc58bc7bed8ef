// A whole service with a big fleet in a process of its own, so that whoever measures it does not share its loop.
import { monitorEventLoopDelay } from 'node:perf_hooks'

import { CompiledQuery, sql, type CompiledQuery as Query } from 'kysely'

import { deviceRow, makeThings, type Things } from '../../test/server/manage-world.ts'
import { startHarness, type Harness } from '../../test/server/harness.ts'
import type { DatabaseName } from '../../test/server/support/databases.ts'
import { keyOf, type Question, type Ready, type Rows, type Told } from './fleet-talk.ts'

const SEED_CHUNK = 500

/** Devices of which a third is online and a tenth on another version, in the order of their ids. */
async function addDevices({ db }: Harness, { orgId, productKey }: Things, count: number): Promise<void> {
  for (let from = 0; from < count; from += SEED_CHUNK) {
    const rows = Array.from({ length: Math.min(SEED_CHUNK, count - from) }, (_, i) => {
      const n = from + i
      const connected = n % 3 === 0 ? (1 as const) : (0 as const)
      return { ...deviceRow(orgId, productKey, keyOf(n), n % 10 === 0 ? '0.9.0' : '1.0.0'), connected }
    })
    await db.transact((trx) => trx.insertInto('devices').values(rows).execute())
  }
  // a fleet does not come within a minute, after which the database does so by itself
  for (const statement of db.dialect.recount('devices')) await sql.raw(statement).execute(db.read)
}

async function countRows({ db }: Harness, jobId: string): Promise<Omit<Rows, 'slowPlans'>> {
  const tasks = db.read.selectFrom('tasks').where('job_id', '=', jobId)
  const counted = (column: 'wave' | 'status') =>
    tasks
      .groupBy(column)
      .select((on) => [column, on.fn.countAll<number>().as('n')])
      .orderBy(column)
      .execute()
  const waves = (await counted('wave')).map(({ n }) => n)
  const statuses = Object.fromEntries((await counted('status')).map(({ status, n }) => [status, n]))
  return { waves, statuses }
}

/** Every form of page that lists offer, as the database would run it. */
async function slowPlans(harness: Harness, things: Things, jobId: string): Promise<string[]> {
  const { db } = harness
  const queries: Query[] = []
  const read = db.read.withPlugin({
    transformQuery({ node, queryId }) {
      queries.push(db.read.getExecutor().compileQuery(node, queryId))
      return node
    },
    transformResult: async ({ result }) => result,
  })
  const { taskReads } = await import('#server/db/tasks.ts')
  const { listDevices } = await import('#server/db/device-list.ts')
  const tasks = taskReads(read)
  const { orgId, productKey: product } = things
  for (const position of [{ at: 'first' }, { at: 'last' }, { at: 'after', key: [keyOf(5_000)] }] as const)
    for (const q of [undefined, 'meter-00001']) {
      const ask = { position, limit: 50, order: 'asc' } as const
      await tasks.taskPage(jobId, { q }, ask)
      await tasks.taskPage(jobId, { q, status: 'init' }, ask)
      const both = 'key' in position ? { ...position, key: [...position.key, 'id'] } : position
      for (const filter of [{}, { product }, { version: '1.0.0' }, { product, version: '1.0.0' }])
        await listDevices(read, orgId, { ...filter, q }, { ...ask, position: both })
    }
  const isSqlite = db.dialect.name === 'sqlite'
  const slow: string[] = []
  for (const { sql, parameters } of queries) {
    const explained = CompiledQuery.raw(`explain ${isSqlite ? 'query plan ' : ''}${sql}`, [...parameters])
    const { rows } = await db.read.executeQuery<Record<string, unknown>>(explained)
    const plan = rows.map((row) => String(row['detail'] ?? row['QUERY PLAN'])).join('; ')
    const isBig = /tasks|"devices"/.test(sql)
    if (isBig && /TEMP B-TREE|\bSCAN\b|Seq Scan|Sort/.test(plan)) slow.push(`${sql} -> ${plan}`)
  }
  return slow
}

const [database = 'sqlite', devices = '100000'] = process.argv.slice(2)
const harness = await startHarness({ database: database as DatabaseName })
const things = await makeThings(harness)
await addDevices(harness, things, Number(devices))
const { httpPort } = await harness.service.start()
const delay = monitorEventLoopDelay({ resolution: 1 })
delay.enable()

process.on('message', async (question: Question) => {
  if (question.ask === 'rows') {
    const plans = await slowPlans(harness, things, question.jobId)
    process.send?.({ ...(await countRows(harness, question.jobId)), slowPlans: plans } satisfies Rows)
    return
  }
  const memoryMb = process.memoryUsage().rss / 1_048_576
  process.send?.({ worstMs: delay.max / 1e6, p999Ms: delay.percentile(99.9) / 1e6, memoryMb } satisfies Told)
  delay.reset()
})
process.once('disconnect', () => void harness.close().then(() => process.exit()))
const { productKey, firmwareId } = things
process.send?.({
  port: httpPort,
  cookie: await harness.cookieOf('operator'),
  productKey,
  firmwareId,
} satisfies Ready)
