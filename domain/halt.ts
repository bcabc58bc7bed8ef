import type { FailureKind } from '#contract/manage/failure.ts'
import type { JobCounts } from '#contract/manage/jobs.ts'
import type { HaltRule, Policy, Retry } from '#contract/manage/policies.ts'

import { underWay } from './job.ts'
import type { TaskFacts } from './task-facts.ts'

/** What ended since the job was started or resumed. */
export interface HaltSample {
  succeeded: number
  /** Failed tasks by kind; the device’s own refusal is never counted. */
  failed: Partial<Record<FailureKind, number>>
}

/** A job's sample; `round` grows whenever it begins anew. */
export interface HaltState {
  round: number
  sample: HaltSample
}

export const beginSample = (round: number): HaltState => ({ round, sample: { succeeded: 0, failed: {} } })

type Result = 'succeeded' | FailureKind
type Ended = Pick<TaskFacts, 'status' | 'failure' | 'alreadyThere'>

/** What a task has shown; null while it has shown nothing: skipped, already there and refused rate nothing. */
export function resultOf({ status, failure, alreadyThere }: Ended): Result | null {
  if (status === 'succeeded') return alreadyThere ? null : 'succeeded'
  return status === 'failed' && failure !== 'refused' ? failure : null
}

function add({ succeeded, failed }: HaltSample, result: Result, by: 1 | -1): HaltSample {
  if (result === 'succeeded') return { failed, succeeded: succeeded + by }
  return { succeeded, failed: { ...failed, [result]: (failed[result] ?? 0) + by } }
}

/**
 * Follows one task: what it showed before is taken back, what it shows now is counted, so that a retried device counts
 * once, by its last attempt.
 * @param ratedIn round in which its result was counted, or null: what an older round counted is not taken back
 */
export function countResult(
  halt: HaltState,
  { before, after, ratedIn }: { before: Ended; after: Ended; ratedIn: number | null },
): { halt: HaltState; ratedIn: number | null } {
  const [was, is] = [resultOf(before), resultOf(after)]
  if (was === is) return { halt, ratedIn }
  const without = was !== null && ratedIn === halt.round ? add(halt.sample, was, -1) : halt.sample
  const sample = is === null ? without : add(without, is, 1)
  return { halt: { ...halt, sample }, ratedIn: is === null ? null : halt.round }
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

/**
 * How the rule stands: devices that ended since the job was started or resumed, and of those the failures that the rule
 * is about; null without a rule.
 */
export function haltStanding(rule: HaltRule | null, sample: HaltSample): { rated: number; failed: number } | null {
  if (rule === null) return null
  const { all, meant } = failures(rule, sample)
  return { rated: sample.succeeded + all, failed: meant }
}

/** Devices that may be under way at once: until the sample is complete, at most twice the sample. */
export function rampLimit(rule: HaltRule | null, sample: HaltSample, concurrency: number): number {
  if (rule === null || rule.failurePercent === null) return concurrency
  const rated = sample.succeeded + failures(rule, sample).all
  return rated >= rule.sample ? concurrency : Math.min(concurrency, rule.sample * 2)
}

/**
 * How many devices count as under way, and how many may.
 * @param offered of those that are pushed to, the ones that were only offered the firmware: they hold no concurrency,
 *   but the ramp is about every device that the firmware may reach
 */
export function roomOf(
  { halt, concurrency }: Policy,
  { sample, counts: now, offered }: { sample: HaltSample; counts: JobCounts; offered: number },
): { underWay: number; limit: number } {
  const limit = rampLimit(halt, sample, concurrency)
  return { limit, underWay: underWay(now) - (limit < concurrency ? 0 : offered) }
}

/** When a failed task goes round again by itself, epoch milliseconds; null when it does not. */
export function retryAt(
  retry: Retry,
  task: { attempt: number; failure: FailureKind; failedAt: number },
): number | null {
  const left = task.attempt <= retry.attempts
  return left && counts(retry.kinds, task.failure) ? task.failedAt + retry.intervalSeconds * 1_000 : null
}
