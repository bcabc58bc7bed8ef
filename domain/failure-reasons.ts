import type { FailureKind } from '#contract/manage/failure.ts'
import type { FailureReason } from '#contract/manage/overview.ts'

/** How many devices failed for one reason in one job. */
export interface FailedInJob {
  kind: FailureKind
  jobId: string
  jobName: string
  count: number
}

const most = <T extends { count: number }>(rows: readonly T[], nameOf: (row: T) => string): T[] =>
  rows.toSorted((a, b) => b.count - a.count || (nameOf(a) < nameOf(b) ? -1 : 1))

const sumOf = (rows: readonly { count: number }[]): number => rows.reduce((sum, { count }) => sum + count, 0)

/** Groups what failed by reason; reasons and, within each, jobs with the most devices first. */
export function failureReasons(rows: readonly FailedInJob[]): { total: number; items: FailureReason[] } {
  const kinds = [...new Set(rows.map(({ kind }) => kind))]
  const items = kinds.map((kind): FailureReason => {
    const mine = rows.filter((row) => row.kind === kind)
    const jobs = mine.map(({ jobId, jobName, count }) => ({ id: jobId, name: jobName, count }))
    return { kind, count: sumOf(mine), jobs: most(jobs, ({ name }) => name) }
  })
  return { total: sumOf(rows), items: most(items, ({ kind }) => kind) }
}
