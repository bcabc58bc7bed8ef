import { sql, type Kysely } from 'kysely'

/**
 * What a job asks of its devices, without the keys that it names: lists and live events carry it with every change, and
 * ten thousand keys are read only where they are shown.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await sql`alter table jobs add column asked text not null default '{}'`.execute(db)
  await sql`alter table jobs add column key_count integer not null default 0`.execute(db)
  const { rows } = await sql<{ id: string; scope: string }>`select id, scope from jobs`.execute(db)
  for (const { id, scope } of rows) {
    const { deviceKeys = [], ...asked } = JSON.parse(scope) as { deviceKeys?: string[] }
    const [text, count] = [JSON.stringify(asked), deviceKeys.length]
    await sql`update jobs set asked = ${text}, key_count = ${count} where id = ${id}`.execute(db)
  }
}
