import type { VerificationState } from '#contract/manage/firmware.ts'

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
