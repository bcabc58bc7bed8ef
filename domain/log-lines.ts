import type { JobState, TaskStatus } from '#contract/manage/jobs.ts'

import { JOB_WORDS, type JobVerb } from './log-words.ts'
import { reasonOf } from './reasons.ts'

/** The part of a line of the log that server and mock say alike. */
interface Words {
  action: string
  from: string | null
  to: string | null
  why: string | null
  summary: string
}

export interface JobStepWords {
  verb: JobVerb
  from?: JobState | null
  to?: JobState | null
  why?: string
}

export const jobWords = (jobName: string, { verb, from = null, to = null, why }: JobStepWords): Words => ({
  action: `job.${verb}`,
  from,
  to,
  why: why ?? null,
  summary: `Job “${jobName}” ${JOB_WORDS[verb]}.`,
})

/** A task went from one state to another, or was pushed again. Progress within a state is no line of the log. */
export function taskWords(deviceKey: string, task: Parameters<typeof reasonOf>[0], before: TaskStatus): Words {
  const again = before === 'published' && task.status === 'published'
  // the device's own words come with its next report again; the log says what began
  const why = reasonOf(task.status === 'upgrading' ? { ...task, progressText: '' } : task)
  const action = again ? 'task.pushedAgain' : `task.${task.status}`
  return { action, from: before, to: task.status, why, summary: `${deviceKey}: ${why}` }
}

export const joinWords = (deviceKey: string, jobName: string): Words => ({
  action: 'task.joined',
  from: null,
  to: 'init',
  why: null,
  summary: `${deviceKey} came to match the job “${jobName}” and joined it.`,
})

export const versionWords = (deviceKey: string, before: string | null, version: string | null): Words => ({
  action: 'device.reported',
  from: before,
  to: version,
  why: null,
  summary:
    before === null
      ? `${deviceKey} reported its version ${version}.`
      : `${deviceKey} reported version ${version} after ${before}.`,
})

const VERIFICATION_WORDS: Readonly<Record<string, string>> = {
  notRequired: 'not required',
  notVerified: 'not verified',
  verifying: 'verifying',
  verified: 'verified',
  verificationFailed: 'failed',
}

export const verificationWords = (firmware: { name: string; version: string }, from: string, to: string): Words => ({
  action: 'firmware.verification',
  from,
  to,
  why: null,
  summary: `Verification of ${firmware.name} ${firmware.version}: ${VERIFICATION_WORDS[to] ?? to}.`,
})
