import { sql, type Kysely } from 'kysely'

import { IS_FAILED } from './011-activity.ts'

/** Devices that failed in one way are paged and retried in the order of their keys, without a look at the others. */
export async function up(db: Kysely<never>): Promise<void> {
  const statements = [
    'drop index tasks_failed',
    `create index tasks_failed on tasks (job_id, failure, device_key) where ${IS_FAILED}`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}
