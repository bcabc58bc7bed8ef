import type { JobPhase, JobState, JobType } from '#contract/manage/jobs.ts'
import { StateBadge, type Tone } from './StateBadge.tsx'

export const JOB_WORDS: Readonly<Record<JobState, string>> = {
  stopped: 'Stopped',
  awaitingApproval: 'Awaiting approval',
  started: 'Started',
  halted: 'Halted',
  completed: 'Completed',
}

export const JOB_TYPE_WORDS: Readonly<Record<JobType, string>> = { verify: 'Verification Job', upgrade: 'Upgrade Job' }

const tones: Readonly<Record<JobState, Tone>> = {
  stopped: 'idle',
  awaitingApproval: 'waiting',
  started: 'moving',
  halted: 'warning',
  // ended, not necessarily well: the progress beside it says how
  completed: 'done',
}

/** While its many devices are put in, matched again or taken out, that is all there is to say of it. */
const PHASE_WORDS = { making: 'Being made', editing: 'Being edited', deleting: 'Being deleted' } as const

export function JobBadge({ state, phase = 'ready' }: { state: JobState; phase?: JobPhase }) {
  return phase === 'ready' ? (
    <StateBadge tone={tones[state]}>{JOB_WORDS[state]}</StateBadge>
  ) : (
    <StateBadge tone="waiting">{PHASE_WORDS[phase]}</StateBadge>
  )
}
