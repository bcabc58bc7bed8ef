import {
  changed,
  failed,
  ignored,
  type TaskEventOf,
  type TaskFacts,
  type TaskOutcome,
  type TaskTerms,
} from './task-facts.ts'

/** After this silence a device that came back in mid-way has given up. */
export const RESUME_MS = 10 * 60_000
/** After this time a device that said 100 and runs the old version has fallen back. */
export const FALLBACK_MS = 120_000
/** A retried device may still be at work on the last attempt: so long it has to be silent. */
export const SETTLE_MS = 60_000
/** Downtime fails nobody: after a start or a clock jump no deadline is nearer than this. */
export const GRACE_MS = 10 * 60_000

/** What the clock does to an open task. A deadline that is not reached yet changes nothing. */
export function deadlineRule(task: TaskFacts, { at }: TaskEventOf<'deadline'>): TaskOutcome {
  if (task.deadlineAt === null || at < task.deadlineAt) return ignored
  switch (task.deadlineKind) {
    case 'answer':
      return failed(task, 'noAnswer')
    case 'offer':
      // an offer that was not taken up is no failure: the device may ask again
      return changed({ ...task, status: 'init', via: null, publishedAt: null, deadlineAt: null, deadlineKind: null })
    case 'finish':
      return failed(task, 'timedOut')
    case 'resume':
      return failed(task, 'interrupted')
    case 'fallback':
      return failed(task, 'fellBack')
    case null:
      return ignored
  }
}

/** The clock of an upgrade under way: its timeout counts from when it entered `upgrading`. */
export const finishBy = (upgradingAt: number, { timeoutMs }: TaskTerms) =>
  ({ deadlineAt: upgradingAt + timeoutMs, deadlineKind: 'finish' }) as const

/** A nearer deadline, unless the one that stands is nearer still. */
export function hasten(task: TaskFacts, deadlineAt: number, deadlineKind: 'resume' | 'fallback'): TaskFacts {
  if (task.deadlineAt !== null && task.deadlineAt <= deadlineAt) return task
  return { ...task, deadlineAt, deadlineKind }
}

/** The deadline that holds after the service was away, or after a clock jump. */
export const afterDowntime = (deadlineAt: number, now: number): number => Math.max(deadlineAt, now + GRACE_MS)
