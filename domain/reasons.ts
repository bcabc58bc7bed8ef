import type { FailureKind } from '#contract/manage/failure.ts'
import type { SkipReason } from '#contract/manage/jobs.ts'

import type { TaskFacts } from './task-facts.ts'

/** Failure kinds in words; the device's own text is added where it gave one. */
export const FAILURE_WORDS: Readonly<Record<FailureKind, string>> = {
  undefined: 'The device reported a failure without a known cause.',
  download: 'The device could not download the firmware.',
  verification: 'The device found that the downloaded file is not the one announced.',
  writing: 'The device could not write the firmware.',
  refused: 'The device declined the upgrade.',
  noAnswer: 'The device did not answer in time.',
  timedOut: 'The upgrade did not end in time.',
  interrupted: 'The device restarted in mid-way and did not go on.',
  fellBack: 'The device restarted and fell back to its old version.',
  otherVersion: 'The device reports another version than the target.',
  pushNotTaken: 'The device did not take the upgrade message.',
  fileMissing: 'The firmware file is missing.',
}

export const SKIP_WORDS: Readonly<Record<SkipReason, string>> = {
  cancelled: 'Cancelled by user.',
  noLongerMatches: 'The device no longer matches the scope of the job.',
  deviceDeleted: 'The device was deleted.',
  superseded: 'Superseded by another job.',
  jobEnded: 'The job was ended before the device was reached.',
}

type Told = Pick<
  TaskFacts,
  | 'status'
  | 'via'
  | 'installed'
  | 'progressText'
  | 'failure'
  | 'failureText'
  | 'skipReason'
  | 'alreadyThere'
  | 'late'
  | 'proof'
  | 'pushes'
  | 'reached'
  | 'previous'
>

/** One plain sentence: what the task's state means for this device. */
export function reasonOf(task: Told): string {
  switch (task.status) {
    case 'init':
      return 'Waiting to be pushed.'
    case 'published':
      return published(task)
    case 'upgrading':
      return task.installed ? 'Installed, waiting for restart.' : task.progressText || 'The device is upgrading.'
    case 'succeeded':
      return success(task)
    case 'failed':
      return failure(task)
    case 'skipped':
      return skip(task)
  }
}

function skip({ skipReason, reached, previous }: Told): string {
  if (skipReason === 'jobEnded' && reached)
    return previous === null
      ? 'The job was ended before the device began.'
      : `The job was ended before the device was tried again. ${FAILURE_WORDS[previous]}`
  return skipReason ? SKIP_WORDS[skipReason] : ''
}

const published = ({ via, pushes }: Told): string => {
  if (via === 'request') return 'Waiting for the device to confirm.'
  return pushes > 1
    ? `Pushed ${pushes} times, waiting for the device to begin.`
    : 'Pushed, waiting for the device to begin.'
}

const success = ({ alreadyThere, late, proof }: Told): string => {
  if (alreadyThere) return 'The device was already on the target version.'
  if (late) return 'The device reported the new version after the upgrade had been given up.'
  return proof === 'restarted'
    ? 'The device restarted and reported the new version.'
    : 'The device reported the new version.'
}

const failure = ({ failure: kind, failureText }: Told): string => {
  if (kind === null) return ''
  if (kind === 'otherVersion')
    return `The device reports ${failureText}, which is neither the old version nor the target.`
  return failureText ? `${FAILURE_WORDS[kind]} It said: ${failureText}` : FAILURE_WORDS[kind]
}
