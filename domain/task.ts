import type { FailureKind, SkipReason, TaskStatus } from '#contract/manage/jobs.ts'

/** What happens to a task by itself when its clock runs out. */
export type DeadlineKind =
  /** Pushed and silent. */
  | 'answer'
  /** Offered on request and silent. */
  | 'offer'
  /** Entered `upgrading` and never ended. */
  | 'finish'
  /** Came back with the old version in mid-way and said nothing more. */
  | 'resume'
  /** Said 100 and came back with the old version. */
  | 'fallback'

/** One device in one job, as the rules see it. Times are epoch milliseconds. */
export interface TaskFacts {
  status: TaskStatus
  /** 1 for the first dispatch; 0 while never dispatched. */
  attempt: number
  via: 'push' | 'request' | null
  /** Last percent of this attempt, 0..100. */
  progress: number | null
  progressText: string
  installed: boolean
  sourceVersion: string | null
  failure: FailureKind | null
  failureText: string
  skipReason: SkipReason | null
  proof: 'reported' | 'restarted' | null
  alreadyThere: boolean
  late: boolean
  progressSessionId: string | null
  pushes: number
  strays: number
  publishedAt: number | null
  upgradingAt: number | null
  installedAt: number | null
  lastReportAt: number | null
  deadlineAt: number | null
  deadlineKind: DeadlineKind | null
  settlesAt: number | null
}
