import { sql, type Kysely } from 'kysely'

import type { Dialect } from '../dialect.ts'

/**
 * Devices can be deleted while what was done to them stays: tasks keep the id of a device that is gone. A product is
 * only marked, because its key is never given to another and its jobs keep its name.
 */
export async function up(db: Kysely<never>, dialect: Dialect): Promise<void> {
  await dialect.dropReference(db, { table: 'tasks', column: 'device_id', to: 'devices' })
  await sql`alter table products add column deleted_at bigint`.execute(db)
}
