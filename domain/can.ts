import type { VerificationRule } from '#contract/manage/firmware.ts'
import type { TaskSelection } from '#contract/manage/tasks.ts'

import { jobCan, NOTHING_TO, type JobFacts } from './job.ts'
import type { Allowed } from './refusal.ts'
import type { TaskFacts } from './task-facts.ts'

export { jobCan, mayUpgradeWith, NOTHING_TO } from './job.ts'
export type { Allowed, Refusal } from './refusal.ts'

/** One device of a job: only what waits or was pushed can be cancelled. */
export const canCancelTask = ({ status }: Pick<TaskFacts, 'status'>): Allowed =>
  status === 'init' || status === 'published' ? true : NOTHING_TO.cancel

/** One device of a job: only what failed, or what a person cancelled, can go round again. */
export const canRetryTask = ({ status, skipReason }: Pick<TaskFacts, 'status' | 'skipReason'>): Allowed =>
  status === 'failed' || (status === 'skipped' && skipReason === 'cancelled') ? true : NOTHING_TO.retry

export type BulkAct = keyof typeof NOTHING_TO

/**
 * Whether an act on many devices of a job may begin. All of a state that no device is in any more are none: the last
 * may have left it a moment ago, and what was asked for is then so.
 */
export function mayActOn(act: BulkAct, job: JobFacts, selection: TaskSelection): Allowed {
  const allowed = jobCan[act](job)
  return 'all' in selection && allowed === NOTHING_TO[act] ? true : allowed
}

/** What such an act answers that changed no device. @param refused why the last of those it found could not be changed */
export const nothingDone = (act: BulkAct, selection: TaskSelection, refused: Allowed): Allowed =>
  refused === true && !('all' in selection) ? NOTHING_TO[act] : refused

/** @param unfinishedJobs jobs of this firmware that are not completed */
export const canDeleteFirmware = (unfinishedJobs: number): Allowed =>
  unfinishedJobs === 0
    ? true
    : {
        code: 'firmware_in_use',
        title: `${unfinishedJobs} unfinished ${unfinishedJobs === 1 ? 'job uses' : 'jobs use'} this firmware. End ${unfinishedJobs === 1 ? 'it' : 'them'} first.`,
        enosCode: 24604,
      }

/** A verification job tries chosen devices only, few of them, and so many that it can end well. */
export function canVerifyWith(chosen: number, { required, maxDevices, minSuccess }: VerificationRule): Allowed {
  if (chosen === 0) return { code: 'no_devices_chosen', title: 'Choose the devices on which to verify the firmware.' }
  if (required && chosen < minSuccess)
    return {
      code: 'too_few_devices',
      title: `This firmware is verified once ${minSuccess} devices have succeeded; ${chosen} ${chosen === 1 ? 'is' : 'are'} chosen.`,
    }
  return chosen <= maxDevices
    ? true
    : {
        code: 'too_many_devices',
        title: `A verification job takes at most ${maxDevices} devices; ${chosen} are chosen.`,
      }
}

/** A job that reaches nobody would end at once and explain nothing; whom an open list reaches is not known yet. */
export const canTarget = (matched: number, list: 'snapshot' | 'incremental'): Allowed =>
  matched > 0 || list === 'incremental'
    ? true
    : { code: 'no_devices', title: 'No device matches. See which devices are left out, and why.' }
