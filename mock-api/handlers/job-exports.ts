import type { FailureKind } from '#contract/manage/failure.ts'
import { jobs as api } from '#contract/manage/jobs.ts'
import { curveOf } from '#domain/progress-curve.ts'
import { TASK_COLUMNS } from '#domain/tables.ts'
import { mock, raw } from '#mock-api/bind.ts'
import { clock, iso } from '#mock-api/clock.ts'
import { csvResponse } from '#mock-api/csv.ts'
import { db } from '#mock-api/db.ts'
import { countsOf, find, tasksOf } from '#mock-api/find.ts'
import { taskView } from '#mock-api/views.ts'

const byKind = (a: [FailureKind, number], b: [FailureKind, number]): number => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)

export const jobExportHandlers = [
  mock(api.failures, ({ params }, { org }) => {
    const counts = new Map<FailureKind, number>()
    for (const { status, failure } of tasksOf(find.job(org.id, params.jobId).id)) {
      if (status === 'failed' && failure !== null) counts.set(failure, (counts.get(failure) ?? 0) + 1)
    }
    return { items: [...counts].toSorted(byKind).map(([kind, count]) => ({ kind, count })) }
  }),

  mock(api.progress, ({ params }, { org }) => {
    const { id, state, endedAt } = find.job(org.id, params.jobId)
    const at = state === 'completed' && endedAt !== null ? Date.parse(endedAt) : clock.now()
    const points = db.progress.filter(({ jobId }) => jobId === id)
    return {
      points: curveOf(points, { at, counts: countsOf(id) }).map((point) => ({
        at: iso(point.at),
        counts: point.counts,
      })),
    }
  }),

  raw(api.tasksCsv, ({ params }, { org }) => {
    const job = find.job(org.id, params.jobId)
    const now = clock.now()
    const tasks = tasksOf(job.id).toSorted((a, b) => (a.deviceKey < b.deviceKey ? -1 : 1))
    return csvResponse(
      `job-${job.id}`,
      TASK_COLUMNS,
      tasks.map((task) => taskView(task, now)),
    )
  }),
]
