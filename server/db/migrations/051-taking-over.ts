import { sql, type Kysely } from 'kysely'

/**
 * A job that takes devices over from others does so in many transactions, and may have to start after the last of them.
 * It says so until it is done, so that the next start goes on with what a crash interrupted.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table jobs add column take_over text`.execute(db)
  await sql`create index jobs_taking_over on jobs (id) where take_over is not null`.execute(db)
}
