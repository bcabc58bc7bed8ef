import type { TaskStatus } from '#contract/manage/jobs.ts'

import { deadlineRule, SETTLE_MS } from './task-deadlines.ts'
import {
  changed,
  failed,
  freshAttempt,
  ignored,
  skipped,
  stray,
  type TaskEvent,
  type TaskEventOf,
  type TaskFacts,
  type TaskOutcome,
  type TaskTerms,
} from './task-facts.ts'
import { informRule, progressRule, replyRule } from './task-reports.ts'

export { newTask } from './task-facts.ts'
export type { DeadlineKind, SessionFacts, TaskEvent, TaskFacts, TaskOutcome, TaskTerms } from './task-facts.ts'

type Rule<T extends TaskEvent['type']> = (task: TaskFacts, event: TaskEventOf<T>, terms: TaskTerms) => TaskOutcome
type Row = { [T in TaskEvent['type']]?: Rule<T> }

const dispatch: Rule<'dispatch'> = (task, { at, sourceVersion, sessionId }, { timeoutMs }) =>
  changed(
    {
      ...task,
      status: 'published',
      via: 'push',
      sourceVersion,
      publishedAt: at,
      pushedAt: at,
      pushSessionId: sessionId,
      pushes: 1,
      reached: true,
      settlesAt: null,
      retryAt: null,
      deadlineAt: at + timeoutMs,
      deadlineKind: 'answer',
    },
    true,
  )

const offer: Rule<'offer'> = (task, { at, sourceVersion }, { timeoutMs }) =>
  changed({
    ...task,
    status: 'published',
    via: 'request',
    sourceVersion,
    publishedAt: at,
    reached: true,
    settlesAt: null,
    retryAt: null,
    deadlineAt: at + timeoutMs,
    deadlineKind: 'offer',
  })

const cancel: Rule<'cancel'> = (task) => skipped(task, 'cancelled')

/** The device may still be at work on the old attempt: the next waits for silence or a new session. */
const retry: Rule<'retry'> = (task, { at, retryAt = null }) =>
  changed({
    ...task,
    ...freshAttempt,
    status: 'init',
    attempt: task.attempt + 1,
    previous: task.failure === 'refused' ? null : task.failure,
    failure: null,
    failureText: '',
    skipReason: null,
    retryAt,
    // kept, so that a later session can be told from the one that failed
    progressSessionId: task.progressSessionId ?? task.pushSessionId,
    settlesAt: task.pushedAt === null && task.publishedAt === null ? null : settleFrom(task.lastReportAt ?? at),
  })

/** Only what an edit left out comes back by one; what a person cancelled or another job took stays out. */
const rejoin: Rule<'rejoin'> = (task, { sourceVersion }) =>
  task.skipReason === 'noLongerMatches'
    ? changed({ ...task, status: 'init', skipReason: null, previous: null, sourceVersion })
    : ignored

const settleFrom = (at: number): number => at + SETTLE_MS

/** A stray progress in `init` says that the old attempt is not over yet. */
const unsettle: Rule<'progress'> = (task, event) => {
  const outcome = stray(task)
  if (task.settlesAt === null) return outcome
  const base = outcome.kind === 'ignored' ? task : outcome.task
  return { kind: 'stray', task: { ...base, settlesAt: settleFrom(event.at) } }
}

/** It is still at work on what was given up: a retry has to wait until it is silent. */
const stillAtWork: Rule<'progress'> = (task, { at }) => {
  const outcome = stray(task)
  return { kind: 'stray', task: { ...(outcome.kind === 'ignored' ? task : outcome.task), lastReportAt: at } }
}

const missing: Rule<'fileMissing'> = (task) => failed(task, 'fileMissing')
const count: Row = { progress: stray, reply: stray }

/**
 * The state machine: one row per status, one rule per event. What is not in the table changes nothing.
 * Source: the task table of the domain.
 */
export const TASK_TABLE: Readonly<Record<TaskStatus, Row>> = {
  init: {
    dispatch,
    offer,
    cancel,
    inform: informRule.waiting,
    progress: unsettle,
    reply: stray,
    skip: (task, { reason }) => skipped(task, reason),
    fileMissing: missing,
  },
  published: {
    cancel,
    inform: informRule.published,
    progress: progressRule,
    reply: replyRule,
    deadline: deadlineRule,
    fileMissing: missing,
  },
  upgrading: {
    inform: informRule.upgrading,
    progress: progressRule,
    reply: replyRule,
    deadline: deadlineRule,
    fileMissing: missing,
  },
  succeeded: { ...count },
  failed: { ...count, progress: stillAtWork, retry, inform: informRule.ended },
  skipped: {
    ...count,
    progress: stillAtWork,
    inform: informRule.ended,
    rejoin,
    retry: (task, event, terms) => (task.skipReason === 'cancelled' ? retry(task, event, terms) : ignored),
  },
}

/**
 * Applies one event to one task. Pure: the same task, event and terms always give the same outcome,
 * and the same report twice never does harm.
 */
export function applyTask(task: TaskFacts, event: TaskEvent, terms: TaskTerms): TaskOutcome {
  const rule = TASK_TABLE[task.status][event.type] as Rule<TaskEvent['type']> | undefined
  return rule ? rule(task, event as never, terms) : ignored
}

export const isOpen = ({ status }: Pick<TaskFacts, 'status'>): boolean =>
  status === 'published' || status === 'upgrading'
/** Answered with the firmware and not begun: it may never take it. */
export const isOffered = ({ status, via }: Pick<TaskFacts, 'status' | 'via'>): boolean =>
  status === 'published' && via === 'request'
export const isFinal = ({ status }: Pick<TaskFacts, 'status'>): boolean =>
  status === 'succeeded' || status === 'failed' || status === 'skipped'
