import type { VerificationState } from '#contract/manage/firmware.ts'
import { StateBadge, type Tone } from './StateBadge.tsx'

export const VERIFICATION_WORDS: Readonly<Record<VerificationState, string>> = {
  notRequired: 'Not required',
  notVerified: 'Not verified',
  verifying: 'Verifying',
  verified: 'Verified',
  verificationFailed: 'Verification failed',
}

const tones: Readonly<Record<VerificationState, Tone>> = {
  notRequired: 'idle',
  notVerified: 'waiting',
  verifying: 'moving',
  verified: 'good',
  verificationFailed: 'bad',
}

export function VerificationBadge({ state }: { state: VerificationState }) {
  return <StateBadge tone={tones[state]}>{VERIFICATION_WORDS[state]}</StateBadge>
}
