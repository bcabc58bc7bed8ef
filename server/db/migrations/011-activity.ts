import { sql, type Kysely } from 'kysely'

import type { Dialect } from '../dialect.ts'

/**
 * What makes the log answer "who did what" at once, in the order of time. Lines of single tasks are many and stand
 * in the stories of their job and device, so only the indexes that time and action need hold them.
 */
export async function up(db: Kysely<never>, _dialect: Dialect): Promise<void> {
  const statements = [
    'drop index log_org',
    'create index log_time on log (org_id, at, id)',
    'create index log_action on log (org_id, action, at, id)',
    `create index log_actor on log (org_id, actor_id, at, id) where ${BY_PEOPLE}`,
    `create index log_object on log (org_id, object_id, at, id) where ${OF_THINGS}`,
    // failed tasks by kind are counted without a look at the tasks
    `create index tasks_failed on tasks (job_id, failure) where ${IS_FAILED}`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

/** A query has to say these word for word, or SQLite does not see that the index holds its rows. */
export const BY_PEOPLE = `actor_kind in ('user', 'token')`
export const OF_THINGS = `object_kind <> 'task'`
export const IS_FAILED = `status = 'failed'`
