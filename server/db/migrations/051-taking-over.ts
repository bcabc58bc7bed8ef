import { sql, type Kysely } from 'kysely'

/**
 * A job takes devices over from older ones when it starts, in many transactions. That it is to do so, or still does,
 * stands with it until it is done, so that the next start of the service goes on with what a crash interrupted.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table jobs add column supersede integer not null default 0`.execute(db)
  await sql`create index jobs_superseding on jobs (id) where supersede = 1`.execute(db)
}
