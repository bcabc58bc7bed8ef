import { sql, type Kysely } from 'kysely'

/**
 * A job of many devices is made and taken away in many transactions: until it is whole, and from when it begins to go,
 * it says so. The few that do are found at once by the next start.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table jobs add column phase text not null default 'ready'`.execute(db)
  await sql`create index jobs_passing on jobs (id) where phase <> 'ready'`.execute(db)
}
