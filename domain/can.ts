import type { Allowed } from './refusal.ts'
import type { TaskFacts } from './task-facts.ts'

export { jobCan, mayUpgradeWith } from './job.ts'
export type { Allowed, Refusal } from './refusal.ts'

/** One device of a job: only what waits or was pushed can be cancelled. */
export const canCancelTask = ({ status }: Pick<TaskFacts, 'status'>): Allowed =>
  status === 'init' || status === 'published'
    ? true
    : { code: 'nothing_to_cancel', title: 'Only waiting or pushed devices can be cancelled.', enosCode: 24620 }

/** One device of a job: only what failed, or what a person cancelled, can go round again. */
export const canRetryTask = ({ status, skipReason }: Pick<TaskFacts, 'status' | 'skipReason'>): Allowed =>
  status === 'failed' || (status === 'skipped' && skipReason === 'cancelled')
    ? true
    : { code: 'nothing_to_retry', title: 'Only failed or cancelled devices can be retried.', enosCode: 24621 }

/** @param unfinishedJobs jobs of this firmware that are not completed */
export const canDeleteFirmware = (unfinishedJobs: number): Allowed =>
  unfinishedJobs === 0
    ? true
    : {
        code: 'firmware_in_use',
        title: `${unfinishedJobs} unfinished ${unfinishedJobs === 1 ? 'job uses' : 'jobs use'} this firmware. End ${unfinishedJobs === 1 ? 'it' : 'them'} first.`,
        enosCode: 24604,
      }

/** A verification job tries chosen devices only, and few of them. */
export function canVerifyWith(chosen: number, maxDevices: number): Allowed {
  if (chosen === 0) return { code: 'no_devices_chosen', title: 'Choose the devices on which to verify the firmware.' }
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
