import { sql, type Kysely } from 'kysely'

/** Jobs that take devices later are asked about at every version report: the few that do are found at once. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table jobs add column grows integer not null default 0`.execute(db)
  await sql`create index jobs_growing on jobs (product_key) where grows = 1 and state <> 'completed'`.execute(db)
}
