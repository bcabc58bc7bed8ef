import { overview as api } from '#contract/manage/overview.ts'
import { failureReasons, type FailedInJob } from '#domain/failure-reasons.ts'
import { mock } from '#mock-api/bind.ts'
import { clock, iso } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { tasksOf } from '#mock-api/find.ts'
import type { JobRow } from '#mock-api/world.ts'

const HOUR_MS = 3_600_000

function failedIn({ id, name }: JobRow, since: number): FailedInJob[] {
  const counts = new Map<FailedInJob['kind'], number>()
  for (const { status, failure, updatedAt } of tasksOf(id)) {
    if (status === 'failed' && failure !== null && updatedAt >= since)
      counts.set(failure, (counts.get(failure) ?? 0) + 1)
  }
  return Array.from(counts, ([kind, count]) => ({ kind, count, jobId: id, jobName: name }))
}

export const overviewHandlers = [
  mock(api.failures, ({ query: { hours } }, { org }) => {
    const since = clock.now() - hours * HOUR_MS
    const jobs = db.jobs.filter(({ orgId }) => orgId === org.id)
    return { since: iso(since), ...failureReasons(jobs.flatMap((job) => failedIn(job, since))) }
  }),
]
