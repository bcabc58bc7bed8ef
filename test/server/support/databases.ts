import { existsSync } from 'node:fs'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { openDb, type Db } from '#server/db/open.ts'
import { SQLITE_FILE } from '#server/db/sqlite.ts'

import { takeSchema } from './schemas.ts'

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

async function openSchema(): Promise<TestDatabase> {
  const schema = await takeSchema(url ?? '')
  return opened(await schema.open(), schema.open, schema.giveBack)
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
