import type { FailureKind } from '#contract/manage/failure.ts'
import type { HaltRule, Retry } from '#contract/manage/policies.ts'

/** What ended since the job was started or resumed. */
export interface HaltSample {
  succeeded: number
  /** Failed tasks by kind; the device’s own refusal is never counted. */
  failed: Partial<Record<FailureKind, number>>
}

const counts = (kinds: readonly FailureKind[], kind: FailureKind): boolean =>
  kind !== 'refused' && (kinds.length === 0 || kinds.includes(kind))

/** All failures that rate, and of those the ones that the rule is about. */
function failures(rule: HaltRule, { failed }: HaltSample): { all: number; meant: number } {
  const entries = (Object.entries(failed) as [FailureKind, number][]).filter(([kind]) => kind !== 'refused')
  const sum = (some: [FailureKind, number][]) => some.reduce((total, [, n]) => total + n, 0)
  return { all: sum(entries), meant: sum(entries.filter(([kind]) => counts(rule.kinds, kind))) }
}

/** Why the job must halt now, or null. The rate is believed once the sample is complete. */
export function haltReason(rule: HaltRule | null, sample: HaltSample): string | null {
  if (rule === null) return null
  const { all, meant } = failures(rule, sample)
  const rated = sample.succeeded + all
  if (rule.failureCount !== null && meant >= rule.failureCount)
    return `${meant} devices failed; the job halts at ${rule.failureCount}.`
  if (rule.failurePercent !== null && rated >= rule.sample && meant * 100 > rated * rule.failurePercent)
    return `${meant} of ${rated} devices failed; the job halts at more than ${rule.failurePercent} %.`
  return null
}

/** Devices that may be under way at once: until the sample is complete, at most twice the sample. */
export function rampLimit(rule: HaltRule | null, sample: HaltSample, concurrency: number): number {
  if (rule === null || rule.failurePercent === null) return concurrency
  const rated = sample.succeeded + failures(rule, sample).all
  return rated >= rule.sample ? concurrency : Math.min(concurrency, rule.sample * 2)
}

/** When a failed task goes round again by itself, epoch milliseconds; null when it does not. */
export function retryAt(
  retry: Retry,
  task: { attempt: number; failure: FailureKind; failedAt: number },
): number | null {
  const left = task.attempt <= retry.attempts
  return left && counts(retry.kinds, task.failure) ? task.failedAt + retry.intervalSeconds * 1_000 : null
}
