import type { JobState } from '#contract/manage/jobs.ts'
import type { Policy } from '#contract/manage/policies.ts'

import { SETTLE_MS } from './task-deadlines.ts'

/** All that the decision to dispatch one task looks at. Times are epoch milliseconds. */
export interface GateFacts {
  now: number
  /** The service would push, or the device asks by this very request. */
  via: 'push' | 'request'
  job: {
    state: JobState
    policy: Policy
    versions: readonly string[]
    targetVersion: string
    haltReason: string | null
  }
  device: { enabled: boolean; reportedVersion: string | null; reachable: boolean }
  task: { settlesAt: number | null; retryAt: number | null }
  /** Name of the job in which the device is under way, or null. */
  busyWith: string | null
  /** The gate in front of the task’s wave. */
  wave: { open: true } | { open: false; reason: string; opensAt: number | null }
  /** `now` while the window is open; null when it never opens again. */
  windowOpensAt: number | null
  /** Devices of this job that are under way now. */
  underWay: number
  /** How many may be: the policy’s concurrency, or the ramp of its halt rule. */
  limit: number
  /** When the pace allows the next. */
  paceOpensAt: number
}

/** The one answer: dispatcher, "Why not updated?" and the API read it. */
export type Decision =
  | { go: true }
  /** `opensAt` only where it is known. */
  | { go: false; gate: GateName; reason: string; opensAt: number | null }

type Held = { reason: string; opensAt?: number | null }
interface Gate {
  name: string
  check: (facts: GateFacts) => Held | null
}

const held = (when: boolean, reason: string): Held | null => (when ? { reason } : null)
const until = (opensAt: number, now: number, reason: string): Held | null =>
  now < opensAt ? { reason, opensAt } : null

/** A time further ahead than it can be was noted before the clock was set back: nobody waits for it. */
const atMost = (most: number, opensAt: number, now: number, reason: string): Held | null =>
  opensAt - now > most ? null : until(opensAt, now, reason)

const METHOD_HOLDS = {
  push: 'The job only answers devices that ask; this one has not asked yet.',
  request: 'The job only pushes; it does not answer devices that ask.',
} as const

/**
 * The chain, in its order: adding a gate is adding an element.
 * Each says in one plain sentence what it waits for. Source: "Gates" in the domain.
 */
export const GATES = [
  {
    name: 'approved',
    check: ({ job }) => held(job.state === 'awaitingApproval', 'The job waits for the approval of a second person.'),
  },
  {
    name: 'jobStarted',
    // a halted job was started: its halt rule has a gate of its own
    check: ({ job }) => held(job.state === 'stopped' || job.state === 'completed', `The job is ${job.state}.`),
  },
  {
    name: 'startTime',
    check: ({ job: { policy }, now }) =>
      policy.startAt === null
        ? null
        : until(Date.parse(policy.startAt), now, 'The job has not reached its start time.'),
  },
  {
    name: 'method',
    check: ({ job: { policy }, via }) => held(policy.method !== 'both' && policy.method !== via, METHOD_HOLDS[via]),
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
    check: ({ task: { settlesAt }, now }) =>
      settlesAt === null
        ? null
        : atMost(SETTLE_MS, settlesAt, now, 'The device may still be at work on the last attempt.'),
  },
  { name: 'wave', check: ({ wave }) => (wave.open ? null : wave) },
  {
    name: 'haltRule',
    check: ({ job }) => held(job.state === 'halted', `The job was halted. ${job.haltReason ?? ''}`.trim()),
  },
  {
    name: 'window',
    check: ({ windowOpensAt, now }) =>
      windowOpensAt === null
        ? { reason: 'The upgrade window never opens again.' }
        : until(windowOpensAt, now, 'The upgrade window is closed.'),
  },
  {
    name: 'retryInterval',
    check: ({ task: { retryAt }, job: { policy }, now }) =>
      retryAt === null
        ? null
        : atMost(policy.retry.intervalSeconds * 1_000, retryAt, now, 'The next attempt waits for its interval.'),
  },
  {
    name: 'reachable',
    check: ({ device }) => held(!device.reachable, 'The device is offline. It gets the upgrade when it next connects.'),
  },
  {
    name: 'concurrency',
    check: ({ underWay, limit, job: { policy } }) =>
      held(
        underWay >= limit,
        limit < policy.concurrency
          ? `The halt rule lets at most ${limit} devices be under way until ${policy.halt?.sample} have shown how it goes; ${underWay} are.`
          : `${underWay} of at most ${limit} devices are under way. The device goes when one of them has ended and it is its turn.`,
      ),
  },
  {
    name: 'pace',
    check: ({ paceOpensAt, now, job: { policy } }) =>
      until(paceOpensAt, now, `The job pushes at most ${policy.pacePerMinute} devices a minute.`),
  },
] as const satisfies readonly Gate[]

export type GateName = (typeof GATES)[number]['name']

/** A device goes with the oldest job that lets it; the others hear for whom they wait. */
export const behind = (olderJob: string): Decision => ({
  go: false,
  gate: 'notBusy',
  reason: `The job “${olderJob}” is older and goes first.`,
  opensAt: null,
})

/** True where nothing but the device's absence holds it: it goes as soon as it comes. */
export const isNext = (decision: Decision): boolean => decision.go || decision.gate === 'reachable'

/** Asks the gates in their order; the first that holds is the answer. */
export function decide(facts: GateFacts): Decision {
  for (const { name, check } of GATES) {
    const holding: Held | null = check(facts)
    if (holding) return { go: false, gate: name, reason: holding.reason, opensAt: holding.opensAt ?? null }
  }
  return { go: true }
}
