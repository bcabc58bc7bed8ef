import type { JobState, Policy } from '#contract/manage/jobs.ts'

import type { TaskFacts } from './task-facts.ts'

/** All that the decision to dispatch one task looks at. Times are epoch milliseconds. */
export interface GateFacts {
  now: number
  job: { state: JobState; policy: Policy; versions: readonly string[]; targetVersion: string }
  device: { enabled: boolean; reportedVersion: string | null; reachable: boolean }
  task: Pick<TaskFacts, 'settlesAt'>
  /** Name of the job in which the device is under way, or null. */
  busyWith: string | null
  /** Devices of this job that are under way now. */
  underWay: number
}

/** The one answer: dispatcher, "Why not updated?" and the API read it. */
export type Decision =
  | { go: true }
  /** `opensAt` only where it is known. */
  | { go: false; gate: GateName; reason: string; opensAt: number | null }

type Held = { reason: string; opensAt?: number }
interface Gate {
  name: string
  check: (facts: GateFacts) => Held | null
}

const held = (when: boolean, reason: string): Held | null => (when ? { reason } : null)

const JOB_WAITS: Readonly<Record<Exclude<JobState, 'started'>, string>> = {
  stopped: 'The job is stopped.',
  awaitingApproval: 'The job waits for the approval of a second person.',
  halted: 'The job was halted by its failure rule.',
  completed: 'The job is completed.',
}

/**
 * The chain, in its order: adding a gate is adding an element.
 * Each says in one plain sentence what it waits for. Source: "Gates" in the domain.
 */
export const GATES = [
  {
    name: 'jobStarted',
    check: ({ job }) => (job.state === 'started' ? null : { reason: JOB_WAITS[job.state] }),
  },
  { name: 'deviceEnabled', check: ({ device }) => held(!device.enabled, 'The device is disabled.') },
  {
    name: 'versionReported',
    check: ({ device }) => held(device.reportedVersion === null, 'The device has not reported a version yet.'),
  },
  {
    name: 'notAtTarget',
    check: ({ device, job }) =>
      held(device.reportedVersion === job.targetVersion, `The device already runs ${job.targetVersion}.`),
  },
  {
    name: 'sourceVersion',
    check: ({ device, job }) =>
      held(
        job.versions.length > 0 && !job.versions.includes(device.reportedVersion ?? ''),
        `The device runs ${device.reportedVersion}, and the job takes only ${job.versions.join(', ')}.`,
      ),
  },
  {
    name: 'notBusy',
    check: ({ busyWith }) => held(busyWith !== null, `The device is under way in the job “${busyWith}”.`),
  },
  {
    name: 'settled',
    check: ({ task, now }) =>
      task.settlesAt !== null && now < task.settlesAt
        ? { reason: 'The device may still be at work on the last attempt.', opensAt: task.settlesAt }
        : null,
  },
  {
    name: 'reachable',
    check: ({ device }) => held(!device.reachable, 'The device is offline. It gets the upgrade when it next connects.'),
  },
  {
    name: 'concurrency',
    check: ({ underWay, job }) =>
      held(
        underWay >= job.policy.concurrency,
        `${underWay} of at most ${job.policy.concurrency} devices are under way. The device is next when one of them ends.`,
      ),
  },
] as const satisfies readonly Gate[]

export type GateName = (typeof GATES)[number]['name']

/** Asks the gates in their order; the first that holds is the answer. */
export function decide(facts: GateFacts): Decision {
  for (const { name, check } of GATES) {
    const holding: Held | null = check(facts)
    if (holding) return { go: false, gate: name, reason: holding.reason, opensAt: holding.opensAt ?? null }
  }
  return { go: true }
}
