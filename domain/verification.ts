import type { VerificationState } from '#contract/manage/firmware.ts'

/** The newest verification job of a firmware that was ever started, as far as it counts. */
export interface Evidence {
  /** Succeeded by an upgrade of this job; a device that already ran the version proves nothing. */
  successes: number
  /** Tasks that can still succeed: waiting, pushed or upgrading; none once the job is completed. */
  open: number
}

/** The firmware's state, from its rule and the newest verification job; null when there was none. */
export function verificationState(
  rule: { required: boolean; minSuccess: number },
  newest: Evidence | null,
): VerificationState {
  if (!rule.required) return 'notRequired'
  if (newest === null) return 'notVerified'
  if (newest.successes >= rule.minSuccess) return 'verified'
  return newest.successes + newest.open >= rule.minSuccess ? 'verifying' : 'verificationFailed'
}
