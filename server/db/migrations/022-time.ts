import { sql, type Kysely } from 'kysely'

/** Pace of a job, and when a task that failed goes round again by itself. */
export async function up(db: Kysely<never>): Promise<void> {
  const statements = [
    'alter table jobs add column pace_at bigint',
    'alter table jobs add column pace_used integer not null default 0',
    'alter table tasks add column retry_at bigint',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
