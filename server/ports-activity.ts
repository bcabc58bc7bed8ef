import type { ActivityEntry } from '#contract/manage/activity.ts'
import type { LogLine } from '#server/ports-engine.ts'
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

/** The log of an organisation, or of the deployment: who did what, when, to what and from where. */
export interface ActivityStore {
  list(orgId: string, filter: ActivityFilter, ask: PageAsk): Promise<Page<ActivityEntry>>
}

/** Lines about access, which change nothing else. */
export interface SecurityLog {
  append(line: Omit<LogLine, 'at'>): Promise<void>
}

/** A month of the log, by UTC. Epoch milliseconds; the end is excluded. */
export interface LogMonth {
  /** Such as `2026-01`. */
  name: string
  from: number
  until: number
}

/** A month that a file holds. */
export interface ArchivedMonth extends LogMonth {
  file: string
  sha256: string
  lines: number
  byOrg: Readonly<Record<string, number>>
}

export interface LogArchiveStore {
  /** When the first line was written; undefined of an empty log. */
  oldest(): Promise<number | undefined>
  /** Lines of a month as the file keeps them, one organisation after the other. */
  texts(month: LogMonth): AsyncIterable<{ orgId: string; texts: readonly string[] }>
  isFree(name: string): Promise<boolean>
  /** Months that a file holds and that are not dropped yet, or not wholly. */
  unfinished(): Promise<ArchivedMonth[]>
  /** Says that the file is durable: from now on the month may be dropped. */
  archived(month: ArchivedMonth): Promise<void>
  /**
   * Drops the month, some lines at a time; goes on where an earlier process ended.
   * @throws when the log holds other lines of it than the file
   */
  drop(month: ArchivedMonth): Promise<void>
}
