import type { Policy } from '#contract/manage/policies.ts'
import { policyWords } from '#domain/policy-words.ts'
import { count } from '#src/lib/bytes.ts'
import { duration } from '#src/lib/time.ts'

/** A policy as one sentence; what it does not ask for is not said. */
export function sentenceOf(policy: Policy): string {
  const { concurrency, timeoutSeconds } = policy
  const always = [`at most ${count(concurrency)} at a time`, `each within ${duration(timeoutSeconds)}`]
  const sentence = [...policyWords(policy), ...always].join(', ')
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}.`
}
