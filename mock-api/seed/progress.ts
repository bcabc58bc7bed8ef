import type { JobCounts } from '#contract/manage/jobs.ts'
import { isFinal } from '#domain/task.ts'
import type { JobRow, ProgressRow, TaskRow } from '#mock-api/world.ts'

const MINUTE = 60_000

/** How the seeded jobs came to where they stand: one device after the other, each some minutes after the last. */
export function seedProgress(jobs: readonly JobRow[], tasks: readonly TaskRow[]): ProgressRow[] {
  return jobs.flatMap(({ id, startedAt }) => {
    if (startedAt === null) return []
    const mine = tasks.filter(({ jobId }) => jobId === id)
    const counts: JobCounts = { init: mine.length, published: 0, upgrading: 0, succeeded: 0, failed: 0, skipped: 0 }
    const points = [{ jobId: id, at: Date.parse(startedAt), counts: { ...counts } }]
    for (const { status } of mine.toSorted((a, b) => Number(isFinal(b)) - Number(isFinal(a)))) {
      if (status === 'init') continue
      counts.init--
      counts[status]++
      points.push({ jobId: id, at: Date.parse(startedAt) + points.length * 5 * MINUTE, counts: { ...counts } })
    }
    return points
  })
}
