import { sql, type Kysely } from 'kysely'

/** What the halt rule of a job has seen since it was started or resumed, and in which round a task was counted. */
export async function up(db: Kysely<never>): Promise<void> {
  const statements = [
    'alter table jobs add column halt_round integer not null default 0',
    `alter table jobs add column halt_sample text not null default '{"succeeded":0,"failed":{}}'`,
    'alter table jobs add column halt_reason text',
    'alter table tasks add column rated_in integer',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
