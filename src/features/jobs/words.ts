import type { Job, JobType, Preview, Scope } from '#contract/manage/jobs.ts'
import type { Policy, Wave } from '#contract/manage/policies.ts'
import { policyWords } from '#domain/policy-words.ts'
import { count, counted } from '#src/lib/bytes.ts'
import { anyOf } from '#src/lib/lists.ts'
import { duration } from '#src/lib/time.ts'

interface Plan {
  type: JobType
  firmware: { name: string; version: string; productName: string }
  scope: Scope
  policy: Policy
  preview: Preview | undefined
}

/** One sentence that says what the job will do: "Push fan-fw 1.5.0 to 1,204 of 1,310 devices of Fan on 1.3 or 1.4, …". */
export function jobSummary({ type, firmware, scope, policy, preview }: Plan): string {
  const what = `${type === 'verify' ? 'Verify' : 'Push'} ${firmware.name} ${firmware.version}`
  const whom = preview ? matchedOf(preview) : type === 'verify' ? 'the chosen devices' : 'the devices'
  const direction = type === 'verify' ? 'on' : 'to'
  return `${what} ${direction} ${whom} of ${firmware.productName}${versionsOf(scope)}, ${howOf(policy)}.`
}

function matchedOf({ matched, excluded }: Preview): string {
  const left = excluded.reduce((sum, { count: n }) => sum + n, 0)
  return left === 0 ? counted(matched, 'device') : `${count(matched)} of ${counted(matched + left, 'device')}`
}

const versionsOf = ({ versions }: Scope) => (versions.length > 0 ? ` on ${anyOf(versions)}` : '')

/** "every day 01:00 to 05:00 Singapore time, at most 300 at a time, each within 2 h, done when the device reports the new version". */
export function howOf(policy: Policy): string {
  const { concurrency, timeoutSeconds, proof } = policy
  const done =
    proof === 'restarted'
      ? 'the device has restarted and reports the new version'
      : 'the device reports the new version'
  return [
    ...policyWords(policy),
    `at most ${count(concurrency)} at a time`,
    `each within ${duration(timeoutSeconds)}`,
    `done when ${done}`,
  ].join(', ')
}

const METHOD_WORDS: Readonly<Record<Policy['method'], string>> = {
  push: 'Cloud push',
  request: 'Device request',
  both: 'Cloud push and device request',
}

/** A job's strategy in the words of its page: how devices learn of it, which list, and how it goes. */
export const strategyOf = (policy: Policy): string =>
  `${METHOD_WORDS[policy.method]}, ${policy.list} list, ${howOf(policy)}`

/** The halt rule as it stands: "Halts when more than 20 % of at least 10 devices fail; so far 3 of 25 have failed." */
export function haltRuleOf({ policy: { halt }, haltSample }: Pick<Job, 'policy' | 'haltSample'>): string {
  if (halt === null || haltSample === null) return 'None'
  const { failurePercent, failureCount, sample } = halt
  const rate = failurePercent === null ? [] : [`more than ${failurePercent} % of at least ${counted(sample, 'device')}`]
  const number = failureCount === null ? [] : [counted(failureCount, 'device')]
  const { rated, failed } = haltSample
  const soFar = rated === 0 ? 'none has ended yet' : `so far ${count(failed)} of ${count(rated)} failed`
  return `Halts when ${[...rate, ...number].join(' or ')} fail; ${soFar}`
}

/** What the gate behind a wave asks for: "95 % of at least 10 succeed, 30 min are observed, a person opens it". */
export function gateWordsOf({ successPercent, sample, soakMinutes, person }: Wave['gate']): string {
  const rate = successPercent === null ? [] : [`${successPercent} % of at least ${count(sample)} succeed`]
  const soak = soakMinutes === 0 ? [] : [`${duration(soakMinutes * 60)} of watching`]
  const who = person ? ['a person opens the next'] : []
  return [...rate, ...soak, ...who].join(', ') || 'most of it has ended'
}

/** What else a start does, where the job was made to take devices over. */
export const takeOverOf = ({ supersede }: Pick<Job, 'supersede'>): string =>
  supersede ? 'What older jobs still wait to push to its devices is skipped there.' : ''

/** Which devices, of a job that stands: "Devices on 1.3 or 1.4", "12 chosen devices". */
export function scopeOf({ scope, keyCount }: Pick<Job, 'scope' | 'keyCount'>): string {
  const { versions, tags, attributes, percent } = scope
  const who = keyCount > 0 ? counted(keyCount, 'chosen device') : 'All devices of the product'
  const share = percent < 100 ? [`${percent} % of them`] : []
  const pairs = [...Object.entries(tags), ...Object.entries(attributes)]
  const marks = pairs.map(([key, values]) => `${key} ${anyOf(values)}`)
  return [versions.length > 0 ? `${who} on ${anyOf(versions)}` : who, ...marks, ...share].join(', ')
}

interface Start {
  type: JobType
  firmware: { verification: { minSuccess: number } }
  policy: Policy
  /** Undefined while they are counted. */
  matched: number | undefined
}

/** What follows when the job is started, in the order in which it happens. */
export function nextSteps({ type, firmware, policy, matched }: Start): string[] {
  const { approval, startAt, window, waves, list, method, concurrency } = policy
  const whom = waves.length > 1 ? 'the first wave' : 'the devices'
  const pace = matched !== undefined && matched > concurrency ? `, ${count(concurrency)} at a time` : ''
  const how = method === 'request' ? `${whom} may have it for the asking` : `it is pushed to ${whom}${pace}`
  const when = [startAt !== null && 'the start time has come', window !== null && 'the window is open'].filter(Boolean)
  const { minSuccess } = firmware.verification
  return [
    ...(approval ? ['A second person is asked; nothing is sent before the start is approved.'] : []),
    `${when.length > 0 ? `When ${when.join(' and ')}, ` : 'At once '}${how}.`,
    ...(waves.length > 1 ? ['Each further wave follows when the one before has done well.'] : []),
    ...(list === 'incremental' ? ['Devices that come to match later join, until somebody ends the job.'] : []),
    type === 'verify'
      ? `When ${counted(minSuccess, 'device')} ${minSuccess === 1 ? 'has' : 'have'} succeeded, the firmware is verified and may be rolled out.`
      : 'The page of the job shows each device as it goes on, and can stop it at any time.',
  ]
}

/** A name to begin with; people change it. At most 64 characters. */
export const jobNameOf = (type: JobType, { name, version }: { name: string; version: string }): string =>
  `${name} ${version} ${type === 'verify' ? 'verification' : 'upgrade'}`.slice(0, 64)

export const EXCLUDED_WORDS: Readonly<Record<Preview['excluded'][number]['reason'], string>> = {
  atTarget: 'already on the target version',
  noVersion: 'without a reported version',
  otherVersion: 'on another version',
  disabled: 'disabled',
  unknownKey: 'unknown to this product',
  otherTag: 'without one of the tags',
  otherAttribute: 'without one of the attributes',
  otherShare: 'outside the share',
}

/** What became of a job that was saved, and of its start if that was asked for. */
export function startedWords({ name, state }: Pick<Job, 'name' | 'state'>): string {
  if (state === 'stopped') return `${name} is saved`
  return state === 'awaitingApproval' ? `${name} waits until a second person approves it` : `${name} is started`
}
