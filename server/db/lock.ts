import { mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

import Sqlite from 'better-sqlite3'
import pg from 'pg'

import { StartError } from '#server/ports.ts'

import type { DbPlace } from './open.ts'
import { SERVER_LOCK } from './postgres.ts'

/** Held for the life of the process. */
export interface ServerLock {
  release(): Promise<void>
}

/**
 * Makes this process the only one on its data. Both locks end with the process, a killed one included,
 * so that nothing has to be cleaned up before the next start.
 * @param onLost told that the lock is lost while it should be held, and why
 * @throws StartError when another one has it, or the database cannot be reached
 */
export async function lockServer(
  { dataDir, databaseUrl }: DbPlace,
  onLost: (why: StartError) => void,
): Promise<ServerLock> {
  const folder = lockFolder(dataDir)
  try {
    const database = databaseUrl === undefined ? undefined : await lockDatabase(databaseUrl, onLost)
    return {
      release: async () => {
        await database?.end()
        folder.close()
      },
    }
  } catch (error) {
    folder.close()
    throw error
  }
}

/** SQLite's own file lock, because the operating system takes it away from a dead process. */
function lockFolder(dataDir: string): Sqlite.Database {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const file = new Sqlite(join(dataDir, 'server.lock'), { timeout: 0 })
  try {
    file.pragma('locking_mode = EXCLUSIVE')
    file.exec('begin exclusive')
    return file
  } catch (error) {
    file.close()
    if ((error as { code?: string }).code !== 'SQLITE_BUSY') throw error
    throw new StartError(
      `Another server already uses the data folder ${resolve(dataDir)}. Stop it first, or give this one its own DATA_DIR.`,
    )
  }
}

/** A session lock: PostgreSQL takes it away when the connection ends. */
async function lockDatabase(url: string, onLost: (why: StartError) => void): Promise<pg.Client> {
  const client = await connected(url)
  const { rows } = await client.query<{ locked: boolean }>(
    'select pg_try_advisory_lock($1, hashtext(current_schema())) as locked',
    [SERVER_LOCK],
  )
  if (!rows[0]?.locked) {
    await client.end()
    throw new StartError(
      'Another server already uses this database. This release serves a database from one process: stop the other first.',
    )
  }
  client.on('error', ({ message }) => {
    const words = `PostgreSQL ended the connection that keeps a second server from this database (${message})`
    onLost(new StartError(`${words}, so this one ends. Start it again.`))
  })
  return client
}

/** The first connection of a start: whatever keeps it from being made is said of the address. */
async function connected(url: string): Promise<pg.Client> {
  try {
    const client = new pg.Client({ connectionString: url, keepAlive: true })
    await client.connect()
    return client
  } catch (error) {
    // a name with several addresses fails once for each of them
    const first: unknown = error instanceof AggregateError ? error.errors[0] : error
    const why = first instanceof Error ? first.message : String(first)
    throw new StartError(
      `DATABASE_URL does not lead to a database (${why}). Correct the address, or start PostgreSQL there.`,
    )
  }
}
