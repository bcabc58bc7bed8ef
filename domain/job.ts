import type { JobCounts, JobPhase, JobState, JobType } from '#contract/manage/jobs.ts'
import type { VerificationState } from '#contract/manage/firmware.ts'

import type { Allowed, Refusal } from './refusal.ts'

export type JobEvent =
  | 'start'
  | 'startAsked'
  | 'approve'
  | 'giveBack'
  | 'stop'
  | 'halt'
  | 'resume'
  | 'end'
  | 'allFinal'
  | 'retried'
export type JobAct =
  | 'start'
  | 'stop'
  | 'end'
  | 'delete'
  | 'cancel'
  | 'retry'
  | 'edit'
  | 'resume'
  | 'advance'
  | 'withdraw'

/** What the rules of a job look at. */
export interface JobFacts {
  type: JobType
  state: JobState
  phase: JobPhase
  counts: JobCounts
  firmware: { deleted: boolean; verificationState: VerificationState }
}

/** (state, event) -> state. What is not in the table is refused. Source: the job table of the domain. */
export const JOB_TABLE: Readonly<Record<JobState, Partial<Record<JobEvent, JobState>>>> = {
  stopped: { start: 'started', startAsked: 'awaitingApproval', end: 'completed' },
  // rejected, withdrawn or edited: in each case it is given back, stopped
  awaitingApproval: { approve: 'started', giveBack: 'stopped' },
  started: { stop: 'stopped', halt: 'halted', end: 'completed', allFinal: 'completed' },
  halted: { resume: 'started', stop: 'stopped', end: 'completed' },
  completed: { retried: 'started' },
}

/** The state that follows, or undefined when the event is not possible there. */
export const nextJobState = (state: JobState, event: JobEvent): JobState | undefined => JOB_TABLE[state][event]

/** What a person's start is: where the policy asks for it, only the question to a second person. */
export const startEventOf = ({ approval }: { approval: boolean }) => (approval ? 'startAsked' : 'start')

/** Tasks under way: pushed or upgrading. */
export const underWay = ({ published, upgrading }: JobCounts): number => published + upgrading
export const totalOf = (counts: JobCounts): number => Object.values(counts).reduce((sum, n) => sum + n, 0)
/** Every task has ended; a job without tasks has nothing to wait for. */
export const allFinal = (counts: JobCounts): boolean => counts.init + underWay(counts) === 0
/** A closed list is over when its last device has ended; one that takes devices later is ended by a person. */
export const isOver = ({
  policy,
  counts,
}: {
  policy: { list: 'snapshot' | 'incremental' }
  counts: JobCounts
}): boolean => policy.list === 'snapshot' && allFinal(counts)
/** Share of devices that ended well, in whole percent, never rounded up to 100. */
export function percentDone(counts: JobCounts): number {
  const total = totalOf(counts) - counts.skipped
  return total > 0 ? Math.trunc((counts.succeeded / total) * 100) : 0
}

const refuse = (code: string, title: string, enosCode?: number): Refusal => ({
  code,
  title,
  ...(enosCode !== undefined && { enosCode }),
})

/** What an act on devices says when the rules let it change none of them. */
export const NOTHING_TO = {
  cancel: refuse('nothing_to_cancel', 'Only waiting or pushed devices can be cancelled.', 24620),
  retry: refuse('nothing_to_retry', 'Only failed or cancelled devices can be retried.', 24621),
} as const satisfies Record<string, Refusal>

const unverified: Partial<Record<VerificationState, string>> = {
  notVerified: 'This firmware is not verified yet. Verify it on a few devices first.',
  verifying: 'This firmware is still being verified. Wait until its verification job has succeeded.',
  verificationFailed: 'The verification of this firmware failed. Verify it again first.',
}

/** An upgrade needs firmware that is verified, or that needs no verification. */
export function mayUpgradeWith({ deleted, verificationState }: JobFacts['firmware']): Allowed {
  if (deleted) return refuse('firmware_deleted', 'The firmware of this job has been deleted.')
  const title = unverified[verificationState]
  return title === undefined ? true : refuse('firmware_not_verified', title)
}

const start = ({ state, type, firmware }: JobFacts): Allowed => {
  if (state === 'started') return refuse('already_started', 'The job is already started.', 24615)
  if (nextJobState(state, 'start') === undefined)
    return refuse('job_over', `The job is ${WORDS[state]} and cannot be started.`)
  if (firmware.deleted) return refuse('firmware_deleted', 'The firmware of this job has been deleted.')
  return type === 'upgrade' ? mayUpgradeWith(firmware) : true
}

const stop = ({ state }: JobFacts): Allowed => {
  if (state === 'stopped') return refuse('already_stopped', 'The job is already stopped.', 24616)
  return nextJobState(state, 'stop') ? true : refuse('not_running', 'The job is not running.', 24617)
}

const end = ({ state }: JobFacts): Allowed =>
  nextJobState(state, 'end') ? true : refuse('job_over', `The job is ${WORDS[state]} and cannot be ended.`)

const remove = ({ state, counts }: JobFacts): Allowed => {
  // such a job has no Stop: its request is given back
  if (state === 'awaitingApproval')
    return refuse('job_running', 'The job waits for approval. Withdraw the request first.', 24618)
  if (state !== 'stopped' && state !== 'completed')
    return refuse('job_running', 'A running job cannot be deleted. Stop it first.', 24618)
  const busy = underWay(counts)
  return busy === 0
    ? true
    : refuse(
        'tasks_under_way',
        `${busy} ${busy === 1 ? 'device is' : 'devices are'} still under way. Wait until they have ended.`,
      )
}

const cancel = ({ state, counts }: JobFacts): Allowed => {
  if (state === 'completed' || state === 'awaitingApproval')
    return refuse('job_over', `The job is ${WORDS[state]}: there is nothing to cancel.`)
  return counts.init + counts.published > 0 ? true : NOTHING_TO.cancel
}

/** What comes first, by the button that such a job has. */
const BEFORE_RETRY: Partial<Record<JobState, string>> = {
  stopped: 'Start the job before devices are retried.',
  awaitingApproval: 'The job waits for approval. Devices can be retried once it has started.',
  halted: 'Resume the job before devices are retried.',
}

const retry = ({ state, counts, type, firmware }: JobFacts): Allowed => {
  const first = BEFORE_RETRY[state]
  if (first !== undefined) return refuse('not_running', first, 24617)
  if (counts.failed + counts.skipped === 0) return NOTHING_TO.retry
  if (firmware.deleted) return refuse('firmware_deleted', 'The firmware of this job has been deleted.')
  // a failed verification may be retried: that is how it becomes verified
  return type === 'upgrade' ? mayUpgradeWith(firmware) : true
}

const edit = ({ state }: JobFacts): Allowed =>
  state === 'stopped' || state === 'awaitingApproval'
    ? true
    : refuse('job_running', `The job is ${WORDS[state]}. Stop it before you edit it.`)

const resume = ({ state, type, firmware }: JobFacts): Allowed => {
  if (state !== 'halted') return refuse('not_halted', `The job is ${WORDS[state]}; only a halted job can be resumed.`)
  return type === 'upgrade' ? mayUpgradeWith(firmware) : true
}

const advance = ({ state }: JobFacts): Allowed =>
  state === 'started' ? true : refuse('not_running', 'The job is not running.', 24617)

const awaiting = ({ state }: JobFacts): Allowed =>
  state === 'awaitingApproval'
    ? true
    : refuse('not_awaiting_approval', `The job is ${WORDS[state]}; it does not wait for approval.`)

/** Four eyes: who asked for the start cannot approve or reject it. */
export function mayApprove(job: JobFacts, askedBy: string | null, person: string): Allowed {
  const waits = awaiting(job)
  if (waits !== true) return waits
  return askedBy === person
    ? refuse('own_request', 'You asked for this start yourself. Another person approves it.')
    : true
}

const WORDS: Readonly<Record<JobState, string>> = {
  stopped: 'stopped',
  awaitingApproval: 'waiting for approval',
  started: 'started',
  halted: 'halted',
  completed: 'completed',
}

const PASSING = {
  making: 'The job is still being made: its devices are being put in. Wait a moment.',
  editing: 'The job is being edited: its devices are being matched again. Wait a moment.',
  deleting: 'The job is being deleted.',
} as const

type Rule = (job: JobFacts) => Allowed
const onceReady =
  (rule: Rule): Rule =>
  (job) =>
    job.phase === 'ready' ? rule(job) : refuse('job_not_ready', PASSING[job.phase])

/** What may be done to a job as it stands: true, or the reason. Portal, mock and server ask here. */
export const jobCan: Readonly<Record<JobAct, Rule>> = {
  start: onceReady(start),
  stop: onceReady(stop),
  end: onceReady(end),
  delete: onceReady(remove),
  cancel: onceReady(cancel),
  retry: onceReady(retry),
  edit: onceReady(edit),
  resume: onceReady(resume),
  advance: onceReady(advance),
  withdraw: onceReady(awaiting),
}
