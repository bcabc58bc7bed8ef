import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import pg from 'pg'

import { openDb, type Db } from '#server/db/open.ts'

export type DatabaseName = 'sqlite' | 'postgres'

const url = process.env['TEST_DATABASE_URL']

/** SQLite always, and PostgreSQL where a server is given: a suite runs on each of them. */
export const databases: readonly DatabaseName[] = url === undefined ? ['sqlite'] : ['sqlite', 'postgres']

export interface TestDatabase {
  db: Db
  /** Opens the same rows once more, as a restarted process does. */
  reopen(): Promise<Db>
  dispose(): Promise<void>
}

/** An empty database of its own. */
export const openTestDatabase = (name: DatabaseName): Promise<TestDatabase> =>
  name === 'sqlite' ? openFile() : openSchema()

async function openFile(): Promise<TestDatabase> {
  const dataDir = await mkdtemp(join(tmpdir(), 'engine-'))
  const open = () => openDb({ dataDir })
  return opened(await open(), open, () => rm(dataDir, { recursive: true, force: true }))
}

let schemas = 0

async function openSchema(): Promise<TestDatabase> {
  schemas += 1
  const schema = `engine_${process.pid}_${schemas}`
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(statement)
    await client.end()
  }
  await run(`create schema ${schema}`)
  const databaseUrl = new URL(url ?? '')
  databaseUrl.searchParams.set('options', `-c search_path=${schema}`)
  const open = () => openDb({ dataDir: '', databaseUrl: databaseUrl.toString() })
  return opened(await open(), open, () => run(`drop schema ${schema} cascade`))
}

function opened(first: Db, open: () => Promise<Db>, remove: () => Promise<unknown>): TestDatabase {
  const test = {
    db: first,
    async reopen() {
      await test.db.close()
      test.db = await open()
      return test.db
    },
    async dispose() {
      await test.db.close()
      await remove()
    },
  }
  return test
}
