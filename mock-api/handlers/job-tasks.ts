import { jobs as api } from '#contract/manage/jobs.ts'
import { mock } from '#mock-api/bind.ts'
import { clock } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { find, tasksOf } from '#mock-api/find.ts'
import { logKey, logView } from '#mock-api/log.ts'
import { pageOf, startsWith } from '#mock-api/page.ts'
import { taskView } from '#mock-api/views.ts'

export const jobTaskHandlers = [
  mock(api.tasks, ({ params, query }, { org }) => {
    const job = find.job(org.id, params.jobId)
    const rows = tasksOf(job.id).filter(
      ({ deviceKey, status, failure }) =>
        startsWith(deviceKey, query.q) &&
        (query.status === undefined || status === query.status) &&
        (query.failure === undefined || (status === 'failed' && failure === query.failure)),
    )
    const now = clock.now()
    const page = pageOf(rows, query, ({ deviceKey, deviceId }) => `${deviceKey}\n${deviceId}`, 'asc')
    return { ...page, items: page.items.map((task) => taskView(task, now)) }
  }),

  mock(api.timeline, ({ params, query }, { org }) => {
    const job = find.job(org.id, params.jobId)
    const lines = db.log.filter(({ jobId, deviceId }) => jobId === job.id && deviceId === null)
    const page = pageOf(lines, query, logKey, 'desc')
    return { ...page, items: page.items.map(logView) }
  }),
]
