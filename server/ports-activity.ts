import type { ActivityEntry } from '#contract/manage/activity.ts'
import type { Page, PageAsk } from '#server/ports.ts'

/** What of the log is asked for. Times are epoch milliseconds, both ends included. */
export interface ActivityFilter {
  /** Id of a person or of a token. */
  actor?: string | undefined
  /** Id of the thing that it happened to, single tasks excepted: those stand in the stories of job and device. */
  object?: string | undefined
  action?: string | undefined
  from?: number | undefined
  to?: number | undefined
}

/** The log of an organisation: who did what, when, to what and from where. */
export interface ActivityStore {
  list(orgId: string, filter: ActivityFilter, ask: PageAsk): Promise<Page<ActivityEntry>>
}
