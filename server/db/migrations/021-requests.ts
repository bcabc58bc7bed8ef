import { sql, type Kysely } from 'kysely'

/** Devices to which a job's firmware was only offered, and the source versions that each decision looks at. */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table jobs add column n_offered integer not null default 0`.execute(db)
  await sql`alter table jobs add column versions text not null default '[]'`.execute(db)
  const { rows } = await sql<{ id: string; scope: string }>`select id, scope from jobs`.execute(db)
  for (const { id, scope } of rows) {
    const { versions } = JSON.parse(scope) as { versions: string[] }
    await sql`update jobs set versions = ${JSON.stringify(versions)} where id = ${id}`.execute(db)
  }
}
