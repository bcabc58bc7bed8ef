import type { FailedInJob } from '#domain/failure-reasons.ts'

/** What the first page of an organisation sums up over all of its jobs. */
export interface OverviewStore {
  /** Failed tasks that changed last at `since` or later. @param since epoch milliseconds */
  failedSince(orgId: string, since: number): Promise<FailedInJob[]>
}
