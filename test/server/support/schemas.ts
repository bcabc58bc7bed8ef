import { once } from 'node:events'
import { threadId } from 'node:worker_threads'

import type { PostgresPool } from 'kysely'
import type pg from 'pg'

import type { Db } from '#server/db/open.ts'
import { connections, openPostgres } from '#server/db/postgres.ts'

/** A schema of PostgreSQL without rows, for one test at a time. */
export interface Schema {
  /** For whoever opens it as the service does, with connections of its own. */
  readonly url: string
  open(): Promise<Db>
  /** After its databases are closed. */
  giveBack(): Promise<void>
}

interface Kept extends Schema {
  drop(): Promise<void>
}

/** Emptied schemas of this file's tests: to use one again takes a tenth of what a new one takes. */
const spare: Kept[] = []
let made = 0

// a measurement has one world and no end of its suite
const isSuite = process.env['VITEST'] !== undefined
if (isSuite) {
  const { afterAll } = await import('vitest')
  afterAll(() => Promise.all(spare.splice(0).map((schema) => schema.drop())))
}

export const takeSchema = async (url: string): Promise<Schema> => spare.pop() ?? makeSchema(url)

async function makeSchema(url: string): Promise<Kept> {
  made += 1
  const name = `engine_${process.pid}_${threadId}_${made}`
  const pools = keepPools(url, name)
  await pools.query(`create schema ${name}`)
  const schema: Kept = {
    url: pools.url,
    open: () => openPostgres(url, pools.lend),
    async giveBack() {
      if (!isSuite) return schema.drop()
      await pools.query(EMPTIED(name))
      spare.push(schema)
    },
    async drop() {
      await pools.query(`drop schema ${name} cascade`)
      await pools.end()
    },
  }
  return schema
}

/**
 * The connections to a schema, which outlive the databases that are opened on it: PostgreSQL starts a process for each,
 * which takes longer than most tests. What a test left open of them is waited for, as at the end of a pool.
 */
function keepPools(url: string, schema: string) {
  const own = new URL(url)
  // what a commit waits for on a disk is nothing that these suites look at: none of them stops the database
  own.searchParams.set('options', `-c search_path=${schema} -c synchronous_commit=off`)
  /** By their size: the writer and the readers never share one. */
  const pools = new Map<number, pg.Pool>()
  const kept = (max: number): pg.Pool => {
    const pool = pools.get(max) ?? connections({ connectionString: own.toString(), max, idleTimeoutMillis: 0 })
    pools.set(max, pool)
    return pool
  }
  return {
    url: own.toString(),
    lend(max: number): PostgresPool {
      const pool = kept(max)
      return {
        connect: () => pool.connect(),
        async end() {
          while (pool.idleCount < pool.totalCount) await once(pool, 'release')
        },
      }
    },
    query: (statements: string) => kept(1).query(statements),
    end: () => Promise.all([...pools.values()].map((pool) => pool.end())),
  }
}

/** Also the tables that refuse to lose rows: as a replica does, without any trigger. Needs a superuser. */
const EMPTIED = (schema: string): string => `do $$
  declare
    one text;
  begin
    set local session_replication_role = replica;
    for one in select format('%I.%I', schemaname, tablename) from pg_tables
      where schemaname = '${schema}' and tablename <> 'migrations'
    loop
      execute 'delete from ' || one;
    end loop;
  end $$`
