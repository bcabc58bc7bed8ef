import type { Job, JobType, Preview, Scope } from '#contract/manage/jobs.ts'
import type { Policy } from '#contract/manage/policies.ts'
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

/** Which devices, of a job that stands: "Devices on 1.3 or 1.4", "12 chosen devices". */
export function scopeOf({ scope: { versions, deviceKeys, tags, attributes, percent } }: Pick<Job, 'scope'>): string {
  const who = deviceKeys.length > 0 ? counted(deviceKeys.length, 'chosen device') : 'All devices of the product'
  const share = percent < 100 ? [`${percent} % of them`] : []
  const pairs = [...Object.entries(tags), ...Object.entries(attributes)]
  const marks = pairs.map(([key, values]) => `${key} ${anyOf(values)}`)
  return [versions.length > 0 ? `${who} on ${anyOf(versions)}` : who, ...marks, ...share].join(', ')
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
