import { sql, type Kysely } from 'kysely'

import type { Dialect } from '../dialect.ts'

/**
 * Whole months of the log may go once a file holds them: a row here says which, and the log's own trigger lets
 * exactly those lines be deleted until the row says that they are gone.
 */
export async function up(db: Kysely<never>, dialect: Dialect): Promise<void> {
  const statements = [
    `create table log_archives (
      name text primary key, from_at bigint not null, until_at bigint not null, file text not null,
      sha256 text not null, lines integer not null, by_org text not null, dropped integer not null,
      archived_at bigint not null, dropped_at bigint)`,
    ...dialect.appendOnlyUnless('log', IS_ARCHIVED),
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

const IS_ARCHIVED = `exists (select 1 from log_archives as a
  where a.dropped_at is null and old.at >= a.from_at and old.at < a.until_at)`
