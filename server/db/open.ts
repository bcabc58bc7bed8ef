import type { Kysely, Transaction } from 'kysely'

import type { Dialect } from './dialect.ts'
import { openPostgres } from './postgres.ts'
import type { Database } from './schema.ts'
import { openSqlite } from './sqlite.ts'

/** A transaction of the one writer. Only `transact` makes one. */
export type Trx = Transaction<Database>
/** Whatever can run a SELECT: the reader, or a transaction that has to see its own writes. */
export type Reader = Kysely<Database>

/** The database of a service, whichever it is. */
export interface Db {
  readonly dialect: Dialect
  /** Reads what is committed, beside the writer and never waiting for it; the database refuses it a write. */
  readonly read: Reader
  /**
   * The one way to write: there is one writer at a time, so what `work` reads through its transaction stays
   * true until it commits. Resolves after the commit is durable; an error rolls everything back.
   * Throws at once when called from inside another `transact`, which would wait for itself.
   */
  transact<T>(work: (trx: Trx) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export interface DbPlace {
  /** Folder of the SQLite file; used when there is no `databaseUrl`. */
  dataDir: string
  /** A PostgreSQL connection string. */
  databaseUrl?: string | undefined
}

/** Opens the database and brings its tables up to date. */
export function openDb({ dataDir, databaseUrl }: DbPlace): Promise<Db> {
  return databaseUrl === undefined ? openSqlite(dataDir) : openPostgres(databaseUrl)
}
