import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import pg from 'pg'

import { openDb, type Db } from '#server/db/open.ts'
import { SQLITE_FILE } from '#server/db/sqlite.ts'

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
  blank ??= makeBlank()
  const dataDir = await makeFolder()
  await writeFile(join(dataDir, SQLITE_FILE), await blank)
  const open = () => openDb({ dataDir })
  return opened(await open(), open, () => rm(dataDir, { recursive: true, force: true }))
}

/** A file without rows: to write it takes a tenth of what making its tables anew takes. */
let blank: Promise<Buffer> | undefined

async function makeBlank(): Promise<Buffer> {
  const dataDir = await makeFolder()
  const db = await openDb({ dataDir })
  await db.close()
  const bytes = await readFile(join(dataDir, SQLITE_FILE))
  await rm(dataDir, { recursive: true })
  return bytes
}

const makeFolder = (): Promise<string> => mkdtemp(join(MEMORY, 'engine-'))

/** Where a sync costs nothing: no power fails in a test, and those that kill a service have a folder of their own. */
const MEMORY = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

/** Emptied schemas of this file's tests: to use one again takes a tenth of what a new one takes. */
const spare: string[] = []
let made = 0

// a measurement has one world and no end of its suite
const isSuite = process.env['VITEST'] !== undefined
if (isSuite && url !== undefined) {
  const { afterAll } = await import('vitest')
  afterAll(async () => {
    for (const schema of spare.splice(0)) await query(DROPPED(schema))
    await hangUp()
  })
}

async function openSchema(): Promise<TestDatabase> {
  const schema = spare.pop() ?? (await makeSchema())
  const databaseUrl = new URL(url ?? '')
  // what a commit waits for on a disk is nothing that these suites look at: none of them stops the database
  databaseUrl.searchParams.set('options', `-c search_path=${schema} -c synchronous_commit=off`)
  const open = () => openDb({ dataDir: '', databaseUrl: databaseUrl.toString() })
  return opened(await open(), open, () => (isSuite ? spareSchema(schema) : dropSchema(schema)))
}

async function spareSchema(schema: string): Promise<void> {
  await query(EMPTIED(schema))
  spare.push(schema)
}

async function makeSchema(): Promise<string> {
  made += 1
  const schema = `engine_${process.pid}_${made}`
  await query(`create schema ${schema}`)
  return schema
}

async function dropSchema(schema: string): Promise<void> {
  await query(DROPPED(schema))
  await hangUp()
}

/** Beside the databases that are tested; PostgreSQL starts a process for each connection. */
let client: Promise<pg.Client> | undefined

async function query(statements: string): Promise<void> {
  client ??= new pg.Client({ connectionString: url }).connect() as Promise<pg.Client>
  await (await client).query(statements)
}

async function hangUp(): Promise<void> {
  const last = client
  client = undefined
  await (await last)?.end()
}

const DROPPED = (schema: string): string => `drop schema ${schema} cascade`

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
