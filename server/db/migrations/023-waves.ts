import { sql, type Kysely } from 'kysely'

/** The wave of each task, and how the waves of a job stand. */
export async function up(db: Kysely<never>): Promise<void> {
  const statements = [
    'alter table tasks add column wave integer not null default 0',
    `alter table jobs add column wave_state text not null default '{"opened":0,"waves":[]}'`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
