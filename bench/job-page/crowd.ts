import { newTask, type TaskFacts } from '#domain/task.ts'
import { engineStore } from '#server/db/engine-store.ts'
import { insertMany, type Column } from '#server/db/many.ts'
import { openDb, type Db } from '#server/db/open.ts'
import type { TaskRecord } from '#server/ports-engine.ts'

/** Rows of one transaction: sorted by key, as a job's own creation inserts them. */
const CHUNK = 1_000
const KINDS = ['download', 'verification', 'writing', 'timedOut'] as const

/** Where the still devices of a job stand: most are done, many wait, some failed. */
function factsOf(n: number): TaskFacts {
  const task = newTask('1.0.0')
  if (n % 20 === 0) return { ...task, status: 'failed', failure: KINDS[(n / 20) % KINDS.length] ?? 'download' }
  return n % 20 < 12 ? { ...task, status: 'succeeded', progress: 100, proof: 'restarted' } : task
}

const idOf = (n: number): string => `01900000-0000-7000-8000-${n.toString(16).padStart(12, '0')}`
const keyOf = (n: number): string => `still-${String(n).padStart(7, '0')}`

interface Place {
  orgId: string
  productKey: string
  jobId: string
}

const deviceColumns = ({ orgId, productKey }: Place, at: number): Column<number>[] => [
  ['id', 'text', idOf],
  ['org_id', 'text', () => orgId],
  ['product_key', 'text', () => productKey],
  ['device_key', 'text', keyOf],
  ['name', 'text', () => ''],
  ['secret_enc', 'text', () => ''],
  ['secret_generation', 'integer', () => 1],
  ['enabled', 'integer', () => 1],
  ['reported_version', 'text', () => '1.0.0'],
  ['version_reported_at', 'bigint', () => at],
  ['connected', 'integer', () => 0],
  ['tags', 'text', () => '{}'],
  ['attributes', 'text', () => '{}'],
  ['version', 'integer', () => 1],
  ['created_at', 'bigint', () => at],
]

const taskOf = (n: number, { orgId, jobId }: Place, at: number): TaskRecord => ({
  jobId,
  deviceId: idOf(n),
  orgId,
  deviceKey: keyOf(n),
  commandId: null,
  wave: 0,
  ratedIn: null,
  updatedAt: at,
  facts: factsOf(n),
})

/** Fills a job up with devices that are offline, straight into the database of a service that does not run. */
export async function crowd(dataDir: string, jobId: string, count: number): Promise<void> {
  const db = await openDb({ dataDir })
  try {
    const job = await db.read.selectFrom('jobs').selectAll().where('id', '=', jobId).executeTakeFirstOrThrow()
    const place = { orgId: job.org_id, productKey: job.product_key, jobId }
    const counted = { init: 0, succeeded: 0, failed: 0 }
    for (let from = 1; from <= count; from += CHUNK) {
      const numbers = Array.from({ length: Math.min(CHUNK, count - from + 1) }, (_, n) => from + n)
      for (const n of numbers) counted[factsOf(n).status as keyof typeof counted] += 1
      await insert(db, place, numbers)
    }
    await db.transact((trx) =>
      trx
        .updateTable('jobs')
        .set({
          n_init: job.n_init + counted.init,
          n_succeeded: job.n_succeeded + counted.succeeded,
          n_failed: job.n_failed + counted.failed,
        })
        .where('id', '=', jobId)
        .execute(),
    )
  } finally {
    await db.close()
  }
}

async function insert(db: Db, place: Place, numbers: readonly number[]): Promise<void> {
  const at = Date.now() - 3_600_000
  await db.transact((trx) => insertMany({ trx, dialect: db.dialect }, 'devices', deviceColumns(place, at), numbers))
  await engineStore(db).transact((tx) => tx.insertTasks(numbers.map((n) => taskOf(n, place, at))))
}
