import { sql, type Kysely } from 'kysely'

/** Who asked for the approval of a start, while it waits. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table jobs add column approval_asked_by text`.execute(db)
  await sql`alter table jobs add column approval_asked_by_name text`.execute(db)
}
