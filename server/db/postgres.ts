import { CompiledQuery, Kysely, PostgresDialect, sql, type PostgresPool } from 'kysely'
import pg from 'pg'

import { postgres as dialect } from './dialect.ts'
import { migrate } from './migrate.ts'
import type { Db, Trx } from './open.ts'
import type { Database } from './schema.ts'
import { oneWriter } from './writer.ts'

const { builtins, getTypeParser } = pg.types

/** Counts and times arrive as numbers, as SQLite gives them: none of ours leaves the safe integers. */
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format) =>
    format !== 'binary' && (oid === builtins.INT8 || oid === builtins.NUMERIC) ? Number : getTypeParser(oid, format),
}

/** First half of our advisory locks; the second is made of the schema, so that schemas do not share them. */
export const WRITER_LOCK = 0x07a1
export const SERVER_LOCK = 0x07a2

const takeTurn = (trx: Trx) =>
  sql`select pg_advisory_xact_lock(${sql.lit(WRITER_LOCK)}, hashtext(current_schema()))`.execute(trx)

/** Connections to `url`, at most `max` at once. */
export function connections(url: string, max: number): pg.Pool {
  const made = new pg.Pool({ connectionString: url, max, types })
  // an idle connection that breaks is replaced at its next use; without a listener it would end the process
  made.on('error', () => {})
  return made
}

/**
 * PostgreSQL at `url`; the schema is the first of its search path (`?options=-c search_path=…` chooses one).
 * @param pool makes one for the writer and one for the readers; they end with the database
 */
export async function openPostgres(
  url: string,
  pool: (max: number) => PostgresPool = (max) => connections(url, max),
): Promise<Db> {
  const writer = new Kysely<Database>({ dialect: new PostgresDialect({ pool: pool(1) }) })
  const read = new Kysely<Database>({
    dialect: new PostgresDialect({
      pool: pool(8),
      onCreateConnection: async (connection) => {
        await connection.executeQuery(CompiledQuery.raw('set default_transaction_read_only = on'))
      },
    }),
  })
  const transact = oneWriter(writer, takeTurn)
  await migrate(transact, dialect)
  return {
    dialect,
    read,
    transact,
    close: async () => {
      await read.destroy()
      await writer.destroy()
    },
  }
}
