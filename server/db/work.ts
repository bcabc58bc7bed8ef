import { JobState } from '#contract/manage/jobs.ts'
import { TaskStatus } from '#contract/manage/tasks.ts'
import type { WorkReader } from '#server/ports-metrics.ts'

import type { Db } from './open.ts'

/** Adds up what the jobs count of their tasks: a million tasks are not counted for each look at the page. */
export const createWorkReader =
  ({ read }: Db): WorkReader =>
  async () => {
    const rows = await read
      .selectFrom('jobs')
      .groupBy('state')
      .select((on) => [
        'state',
        on.fn.countAll<number>().as('jobs'),
        on.fn.sum<number>('n_init').as('init'),
        on.fn.sum<number>('n_published').as('published'),
        on.fn.sum<number>('n_upgrading').as('upgrading'),
        on.fn.sum<number>('n_succeeded').as('succeeded'),
        on.fn.sum<number>('n_failed').as('failed'),
        on.fn.sum<number>('n_skipped').as('skipped'),
      ])
      .execute()
    // PostgreSQL sums integers as text
    const jobsIn = (state: JobState) => Number(rows.find((row) => row.state === state)?.jobs ?? 0)
    const total = (status: TaskStatus) => rows.reduce((sum, row) => sum + Number(row[status]), 0)
    return {
      jobs: Object.fromEntries(JobState.options.map((state) => [state, jobsIn(state)])),
      tasks: Object.fromEntries(TaskStatus.options.map((status) => [status, total(status)])),
    }
  }
