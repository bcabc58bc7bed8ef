import { randomBytes } from 'node:crypto'

import pg from 'pg'

/** A database to test on: SQLite always, PostgreSQL where TEST_DATABASE_URL names a server. */
export interface TestDatabase {
  name: 'sqlite' | 'postgres'
  /** An empty place of its own; undefined is the SQLite file of the data folder. */
  open(): Promise<{ databaseUrl: string | undefined; drop(): Promise<void> }>
}

const sqlite: TestDatabase = {
  name: 'sqlite',
  open: async () => ({ databaseUrl: undefined, drop: async () => {} }),
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(statement)
  await client.end()
}

const postgres = (url: string): TestDatabase => ({
  name: 'postgres',
  async open() {
    const schema = `test_${randomBytes(8).toString('hex')}`
    await run(url, `create schema ${schema}`)
    const own = new URL(url)
    own.searchParams.set('options', `-c search_path=${schema}`)
    return { databaseUrl: own.href, drop: () => run(url, `drop schema ${schema} cascade`) }
  },
})

const url = process.env['TEST_DATABASE_URL']

/** For `describe.each`: every suite about stored things runs on each. */
export const databases: readonly TestDatabase[] = url ? [sqlite, postgres(url)] : [sqlite]
