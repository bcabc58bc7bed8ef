import { sql, type SqlBool } from 'kysely'

import type { FailureKind } from '#contract/manage/failure.ts'
import type { OverviewStore } from '#server/ports-overview.ts'

import { IS_FAILED } from './migrations/011-activity.ts'
import type { Db } from './open.ts'

/**
 * Reads by job and its failed tasks: an index on the time of the last change would be written with every report,
 * and this is read once in a while. Jobs that ended before `since` are not looked at.
 */
export const createOverview = ({ read }: Db): OverviewStore => ({
  async failedSince(orgId, since) {
    const rows = await read
      .selectFrom('tasks')
      .innerJoin('jobs', 'jobs.id', 'tasks.job_id')
      .where('jobs.org_id', '=', orgId)
      .where('jobs.n_failed', '>', 0)
      .where((on) => on.or([on('jobs.ended_at', 'is', null), on('jobs.ended_at', '>=', since)]))
      .where(sql.raw<SqlBool>(IS_FAILED))
      .where('tasks.updated_at', '>=', since)
      .groupBy(['tasks.failure', 'jobs.id', 'jobs.name'])
      .select((on) => ['tasks.failure', 'jobs.id', 'jobs.name', on.fn.countAll<number>().as('n')])
      .execute()
    return rows.map(({ failure, id, name, n }) => ({
      kind: failure as FailureKind,
      jobId: id,
      jobName: name,
      count: Number(n),
    }))
  },
})
