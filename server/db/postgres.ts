import {
  CompiledQuery,
  Kysely,
  PostgresDialect,
  PostgresDriver,
  type DatabaseConnection,
  type Driver,
  type PostgresDialectConfig,
  type PostgresPool,
} from 'kysely'
import pg from 'pg'

import { postgres as dialect } from './dialect.ts'
import { migrate } from './migrate.ts'
import type { Db } from './open.ts'
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

const TAKE_TURN = `select pg_advisory_xact_lock(${WRITER_LOCK}, hashtext(current_schema()))`

class TurnDriver extends PostgresDriver {
  /** Begins as the only writer, by one message: each waits for an answer, and every report begins a transaction. */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await connection.executeQuery(CompiledQuery.raw(`begin; ${TAKE_TURN}`))
    } catch (error) {
      // nobody rolls back what did not begin; a connection that broke cannot
      await connection.executeQuery(CompiledQuery.raw('rollback')).catch(() => {})
      throw error
    }
  }
}

class TurnDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig
  constructor(config: PostgresDialectConfig) {
    super(config)
    this.#config = config
  }
  override createDriver(): Driver {
    return new TurnDriver(this.#config)
  }
}

/** Connections whose numbers are ours. */
export function connections(terms: pg.PoolConfig): pg.Pool {
  const made = new pg.Pool({ ...terms, types })
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
  pool: (max: number) => PostgresPool = (max) => connections({ connectionString: url, max }),
): Promise<Db> {
  const writer = new Kysely<Database>({ dialect: new TurnDialect({ pool: pool(1) }) })
  const read = new Kysely<Database>({
    dialect: new PostgresDialect({
      pool: pool(8),
      onCreateConnection: async (connection) => {
        await connection.executeQuery(CompiledQuery.raw('set default_transaction_read_only = on'))
      },
    }),
  })
  const transact = oneWriter(writer)
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
