import type { VerificationState } from '#contract/manage/firmware.ts'
import type { JobType } from '#contract/manage/jobs.ts'
import type { Policy } from '#contract/manage/policies.ts'

/**
 * A policy as a job of this type follows it: a verification tries its few devices at once, with no window and no
 * waves, whatever the policy says of them. Source: the job table of the domain.
 */
export const policyOfType = (type: JobType, policy: Policy): Policy =>
  type === 'verify' ? { ...policy, window: null, waves: [] } : policy

/** The newest verification job of a firmware that was ever started, as far as it counts. */
export interface Evidence {
  /** Succeeded by an upgrade of this job; a device that already ran the version proves nothing. */
  successes: number
  /** Tasks that can still succeed: waiting, pushed or upgrading; none once the job is completed. */
  open: number
}

/**
 * The firmware's state, from its rule and the newest verification job; null when there was none.
 * Only a re-verification that failed takes *Verified* away: one that is under way lets it stand.
 * @param before the state that stands while the newest job is undecided
 */
export function verificationState(
  rule: { required: boolean; minSuccess: number },
  newest: Evidence | null,
  before: VerificationState,
): VerificationState {
  if (!rule.required) return 'notRequired'
  if (newest === null) return 'notVerified'
  if (newest.successes >= rule.minSuccess) return 'verified'
  if (newest.successes + newest.open < rule.minSuccess) return 'verificationFailed'
  return before === 'verified' ? 'verified' : 'verifying'
}
