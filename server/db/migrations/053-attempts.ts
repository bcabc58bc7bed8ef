import { sql, type Kysely } from 'kysely'

/**
 * A task remembers how the attempt before failed, and whether any attempt has told the device of the firmware. Those
 * that went round again before this was kept have taken their failure back already.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table tasks add column previous text`.execute(db)
  await sql`alter table tasks add column reached integer not null default 0`.execute(db)
  await sql`update tasks set reached = 1 where published_at is not null or attempt > 1`.execute(db)
}
