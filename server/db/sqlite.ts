import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import Sqlite from 'better-sqlite3'
import {
  CompiledQuery,
  Kysely,
  SqliteDialect,
  SqliteDriver,
  type DatabaseConnection,
  type Driver,
  type SqliteDatabase,
  type SqliteStatement,
} from 'kysely'

import { sqlite as dialect } from './dialect.ts'
import { migrate } from './migrate.ts'
import type { Db } from './open.ts'
import { remembered } from './remember.ts'
import type { Database } from './schema.ts'
import { oneWriter } from './writer.ts'

/** The database's file in its folder. */
export const SQLITE_FILE = 'ota.sqlite'
/** Statements that are kept ready; the service has fewer, but lists of values make many of one. */
const STATEMENTS = 300
/** Longer ones carry values of their own and hardly come again. */
const LONGEST = 4_000

/** Preparing a statement takes as long as running it: those that come again and again are prepared once. */
function prepared(database: Sqlite.Database): SqliteDatabase {
  const known = remembered(STATEMENTS, (sql) => database.prepare(sql) as SqliteStatement)
  return {
    prepare: (sql) => (sql.length > LONGEST ? (database.prepare(sql) as SqliteStatement) : known(sql)),
    close: () => void database.close(),
  }
}

class ImmediateDriver extends SqliteDriver {
  readonly #database: Sqlite.Database
  constructor(database: Sqlite.Database) {
    super({ database: prepared(database) })
    this.#database = database
  }
  /** Takes the write lock at once: a transaction that began by reading could not be promoted later. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }
  /** On a full disk SQLite has rolled back by itself: to do it again fails, and would hide what had failed. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection)
  }
}

class ImmediateDialect extends SqliteDialect {
  readonly #database: Sqlite.Database
  constructor(database: Sqlite.Database) {
    super({ database })
    this.#database = database
  }
  override createDriver(): Driver {
    return new ImmediateDriver(this.#database)
  }
}

/** The embedded database: one file in `dataDir`, one connection that writes and one that only reads. */
export async function openSqlite(dataDir: string): Promise<Db> {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = join(dataDir, SQLITE_FILE)
  const writing = new Sqlite(file)
  writing.pragma('journal_mode = WAL')
  // FULL, because a report is answered with 200 only when it survives a power cut
  writing.pragma('synchronous = FULL')
  writing.pragma('busy_timeout = 5000')
  writing.pragma('foreign_keys = ON')
  const writer = new Kysely<Database>({ dialect: new ImmediateDialect(writing) })
  const transact = oneWriter(writer)
  await migrate(transact, dialect)

  const reading = new Sqlite(file, { readonly: true })
  reading.pragma('busy_timeout = 5000')
  const read = new Kysely<Database>({ dialect: new SqliteDialect({ database: prepared(reading) }) })
  return {
    dialect,
    read,
    transact,
    close: async () => {
      await read.destroy()
      await writer.destroy()
      reading.close()
      writing.close()
    },
  }
}
