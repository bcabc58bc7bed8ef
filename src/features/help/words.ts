import type { VerificationState } from '#contract/manage/firmware.ts'
import type { JobState, TaskStatus } from '#contract/manage/jobs.ts'

/** What the states mean, for people who see them for the first time. Source: the state tables of the domain. */
export const TASK_MEANINGS: Readonly<Record<TaskStatus, string>> = {
  init: 'The device waits for its turn. The page of the device says what it waits for and until when.',
  published: 'The device has been told and has not begun yet. If it stays silent, it fails after the policy’s timeout.',
  upgrading: 'The device fetches or installs the firmware, or has installed it and restarts.',
  succeeded: 'The device reports the new version, or was on it already.',
  failed: 'The upgrade did not work; the reason stands beside it. It can be retried.',
  skipped: 'The device was left out: cancelled, taken over by another job, or the job ended before its turn.',
}

export const JOB_MEANINGS: Readonly<Record<JobState, string>> = {
  stopped: 'Nothing is sent. The job was never started, or somebody stopped it; devices under way go on.',
  awaitingApproval: 'Its policy asks for a second person, who has not approved the start yet.',
  started: 'Devices are told as waves, hours, pace and concurrency allow.',
  halted: 'Its halt rule stopped it because too many devices failed. Somebody has to look, then resume or end it.',
  completed: 'Every device has ended, well or not. The job can still be read and exported.',
}

export const VERIFICATION_MEANINGS: Readonly<Record<VerificationState, string>> = {
  notRequired: 'Whoever uploaded it said that it may go to devices without verification.',
  notVerified: 'It has not been tried. An upgrade job cannot be started with it.',
  verifying: 'A verification job is under way.',
  verified: 'Enough devices succeeded. It may go to all.',
  verificationFailed: 'Too few devices can succeed any more. Try again, or upload a better version.',
}

export const GLOSSARY: readonly (readonly [word: string, meaning: string])[] = [
  ['Organisation', 'An agency. Everything belongs to one, and nobody sees another’s without a right to.'],
  ['Product', 'A model of device. Its key is part of every message of its devices.'],
  ['Device', 'One thing in the field, known by product key and device key. Without a reported version it waits.'],
  ['Firmware', 'One binary file with a name and a version that never change. A deleted version stays reserved.'],
  ['Verification job', 'Tries a firmware on a few chosen devices before it goes to all.'],
  ['Upgrade job', 'Sends one firmware to a scope of devices under a policy.'],
  [
    'Upgrade policy',
    'How: hours, pace, waves, halt rule, timeout, retries. A job copies it; later edits change no job.',
  ],
  ['Wave', 'A first few devices, then more: the next wave opens when the one before went well.'],
  ['Halt rule', 'Stops a job by itself when too many of its devices fail.'],
  ['Scope', 'Which devices of the product: by version, key, list, tag, attribute or share.'],
  [
    'Stop all jobs',
    'The emergency brake on the overview: from that moment nothing new is sent. Devices under way go on.',
  ],
]
