import { sql, type Kysely } from 'kysely'

/**
 * An edit matches the devices of a job again in many transactions. Who asked for it, and what is left to do, stands with
 * the job until it is whole, so that the next start of the service goes on with what a crash interrupted.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table jobs add column editing text`.execute(db)
}
