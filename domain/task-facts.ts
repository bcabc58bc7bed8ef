import type { FailureKind } from '#contract/manage/failure.ts'
import type { SkipReason, TaskStatus } from '#contract/manage/jobs.ts'

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
  /** 1 for the first; a retry begins the next. */
  attempt: number
  via: 'push' | 'request' | null
  /** Last percent of this attempt, 0..100. */
  progress: number | null
  progressText: string
  installed: boolean
  sourceVersion: string | null
  failure: FailureKind | null
  /** The device's own words for its failure, or the version it reported. */
  failureText: string
  skipReason: SkipReason | null
  proof: 'reported' | 'restarted' | null
  alreadyThere: boolean
  late: boolean
  /** The device has been told of the firmware, by this attempt or an earlier one. */
  reached: boolean
  /** How the attempt before failed; it stands for the device until this one has ended. */
  previous: FailureKind | null
  /** Session in which the last progress came. */
  progressSessionId: string | null
  /** Session that the last push went to; null when the device had none. */
  pushSessionId: string | null
  pushedAt: number | null
  pushes: number
  strays: number
  publishedAt: number | null
  upgradingAt: number | null
  installedAt: number | null
  /** Last progress or answer of this attempt. */
  lastReportAt: number | null
  deadlineAt: number | null
  deadlineKind: DeadlineKind | null
  /** Earliest dispatch of a retried task; null when a new session has settled it. */
  settlesAt: number | null
  /** Not before this the next attempt begins; only where the retry rule sent it round again. */
  retryAt: number | null
}

export interface SessionFacts {
  id: string
  /** Epoch milliseconds. */
  startedAt: number
  /** When it went on after it had been lost sight of: what was pushed before that may never have been handed over. */
  resumedAt?: number | undefined
}

/** What the job asks of each of its tasks. */
export interface TaskTerms {
  targetVersion: string
  timeoutMs: number
  proof: 'reported' | 'restarted'
}

export type TaskEvent = { at: number } & (
  | { type: 'dispatch'; sourceVersion: string; sessionId: string | null }
  | { type: 'offer'; sourceVersion: string }
  | { type: 'progress'; step: number; text: string; session: SessionFacts }
  /** `ours`: the answer names the command of this attempt. */
  | { type: 'reply'; code: number; text: string; ours: boolean }
  /** `latest`: no newer task of the device exists. */
  | { type: 'inform'; version: string; session: SessionFacts; latest: boolean }
  | { type: 'deadline' }
  | { type: 'cancel' }
  /** `retryAt`: earliest begin of the next attempt, where the retry rule and not a person asks for it. */
  | { type: 'retry'; retryAt?: number }
  | { type: 'skip'; reason: Exclude<SkipReason, 'cancelled'> }
  /** The scope was edited and the device matches it again. */
  | { type: 'rejoin'; sourceVersion: string | null }
  | { type: 'fileMissing' }
)
export type TaskEventOf<T extends TaskEvent['type']> = Extract<TaskEvent, { type: T }>

/**
 * `changed`: store `task`; `push` asks that the command is sent (again) after the commit.
 * `stray`: a report that changes nothing but its own count. `ignored`: nothing to store.
 */
export type TaskOutcome =
  | { kind: 'changed'; task: TaskFacts; push: boolean }
  | { kind: 'stray'; task: TaskFacts }
  | { kind: 'ignored' }

export const MAX_PUSHES = 5
const MAX_STRAYS = 100

/** A task as it is when its job is created. */
export function newTask(sourceVersion: string | null): TaskFacts {
  return {
    status: 'init',
    attempt: 1,
    sourceVersion,
    failure: null,
    failureText: '',
    skipReason: null,
    proof: null,
    alreadyThere: false,
    late: false,
    reached: false,
    previous: null,
    strays: 0,
    settlesAt: null,
    retryAt: null,
    ...freshAttempt,
  }
}

/** What a new attempt begins with. */
export const freshAttempt = {
  via: null,
  progress: null,
  progressText: '',
  installed: false,
  progressSessionId: null,
  pushSessionId: null,
  pushedAt: null,
  pushes: 0,
  publishedAt: null,
  upgradingAt: null,
  installedAt: null,
  lastReportAt: null,
  deadlineAt: null,
  deadlineKind: null,
} satisfies Partial<TaskFacts>

export const changed = (task: TaskFacts, push = false): TaskOutcome => ({ kind: 'changed', task, push })
export const ignored: TaskOutcome = { kind: 'ignored' }

/** A report that belongs nowhere: counted, so that support can see it, and at most 100 times. */
export const stray = (task: TaskFacts): TaskOutcome =>
  task.strays >= MAX_STRAYS ? ignored : { kind: 'stray', task: { ...task, strays: task.strays + 1 } }

export const failed = (task: TaskFacts, failure: FailureKind, failureText = ''): TaskOutcome =>
  changed({ ...task, status: 'failed', failure, failureText, deadlineAt: null, deadlineKind: null })

export const succeeded = (task: TaskFacts, extra: Partial<TaskFacts>): TaskOutcome =>
  changed({
    ...task,
    status: 'succeeded',
    failure: null,
    failureText: '',
    skipReason: null,
    deadlineAt: null,
    deadlineKind: null,
    ...extra,
  })

export const skipped = (task: TaskFacts, skipReason: SkipReason): TaskOutcome =>
  changed({ ...task, status: 'skipped', skipReason, deadlineAt: null, deadlineKind: null })
