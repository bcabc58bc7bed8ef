import { sql, type Kysely } from 'kysely'

import { StartError } from '#server/ports.ts'

import type { Dialect } from './dialect.ts'
import * as first from './migrations/001-first.ts'
import * as lists from './migrations/002-lists.ts'
import * as gateways from './migrations/003-gateways.ts'
import * as policies from './migrations/010-policies.ts'
import * as activity from './migrations/011-activity.ts'
import * as deviceLists from './migrations/012-device-lists.ts'
import * as halt from './migrations/020-halt.ts'
import * as requests from './migrations/021-requests.ts'
import * as time from './migrations/022-time.ts'
import * as waves from './migrations/023-waves.ts'
import * as approval from './migrations/024-approval.ts'
import * as growing from './migrations/025-growing.ts'
import * as deletion from './migrations/030-deletion.ts'
import * as phases from './migrations/033-phases.ts'
import * as asked from './migrations/034-asked.ts'
import * as failures from './migrations/036-failures.ts'
import * as logArchive from './migrations/037-log-archive.ts'
import * as progress from './migrations/047-progress.ts'
import * as deviceFilters from './migrations/050-device-filters.ts'
import * as takingOver from './migrations/051-taking-over.ts'
import * as editing from './migrations/052-editing.ts'
import * as attempts from './migrations/053-attempts.ts'
import type { Db } from './open.ts'

interface Migration {
  up(db: Kysely<never>, dialect: Dialect): Promise<void>
}

/** In the order in which they are applied; a name that has run is never changed again. */
const MIGRATIONS: readonly (readonly [name: string, migration: Migration])[] = [
  ['001-first', first],
  ['002-lists', lists],
  ['003-gateways', gateways],
  ['010-policies', policies],
  ['011-activity', activity],
  ['012-device-lists', deviceLists],
  ['020-halt', halt],
  ['021-requests', requests],
  ['022-time', time],
  ['023-waves', waves],
  ['024-approval', approval],
  ['025-growing', growing],
  ['030-deletion', deletion],
  ['033-phases', phases],
  ['034-asked', asked],
  ['036-failures', failures],
  ['037-log-archive', logArchive],
  ['047-progress', progress],
  ['050-device-filters', deviceFilters],
  ['051-taking-over', takingOver],
  ['052-editing', editing],
  ['053-attempts', attempts],
]

/**
 * Applies what is missing, all in one transaction: a start that fails half way leaves the old shape.
 * Kysely's own Migrator is not used, because it looks for its table in every schema of the database.
 */
export async function migrate(transact: Db['transact'], dialect: Dialect): Promise<void> {
  await transact(async (trx) => {
    await sql`create table if not exists migrations (name text primary key)`.execute(trx)
    const { rows } = await sql<{ name: string }>`select name from migrations`.execute(trx)
    const done = new Set(rows.map(({ name }) => name))
    refuseNewer(done)
    for (const [name, migration] of MIGRATIONS) {
      if (done.has(name)) continue
      await migration.up(trx as unknown as Kysely<never>, dialect)
      await sql`insert into migrations (name) values (${name})`.execute(trx)
    }
  })
}

/** An older release must not write into tables whose rules it does not know. */
function refuseNewer(done: ReadonlySet<string>): void {
  const known = new Set(MIGRATIONS.map(([name]) => name))
  const unknown = [...done].filter((name) => !known.has(name))
  if (unknown.length > 0)
    throw new StartError(
      `The database was changed by a newer release (${unknown.join(', ')}). Start that release instead.`,
    )
}
