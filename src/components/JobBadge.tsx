import type { JobState, JobType } from '#contract/manage/jobs.ts'
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

export function JobBadge({ state }: { state: JobState }) {
  return <StateBadge tone={tones[state]}>{JOB_WORDS[state]}</StateBadge>
}
