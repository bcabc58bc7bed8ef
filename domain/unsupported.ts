import type { Scope } from '#contract/manage/jobs.ts'
import { Policy } from '#contract/manage/policies.ts'

import { jobCan, mayApprove, type JobFacts } from './job.ts'
import type { Allowed, Refusal } from './refusal.ts'

/** What a job gets that asks for nothing: the defaults. */
export const PLAIN_POLICY: Policy = Policy.parse({})

interface Asked {
  policy: Policy
  scope: Scope
  supersede?: boolean
}

/** Parts of the contract that a job cannot have. Each is taken out of the list by whoever makes the engine obey it. */
const PARTS: readonly (readonly [part: string, isAsked: (asked: Asked) => boolean])[] = [
  ['a list that takes devices later', ({ policy }) => policy.list !== 'snapshot'],
  ['approval by a second person', ({ policy }) => policy.approval],
  ['devices taken over from other jobs', ({ supersede }) => supersede === true],
]

/** Whatever is asked for and would be ignored is refused instead. */
export function unsupported(asked: Asked): Allowed {
  const parts = PARTS.filter(([, isAsked]) => isAsked(asked)).map(([part]) => part)
  if (parts.length === 0) return true
  return { code: 'unsupported', title: `Jobs of this release cannot have ${parts.join(', ')}. Leave that out.` }
}

/** Acts on jobs that none of this release can come to: they wait for no approval. */
export type UnreachedAct = 'approve' | 'reject' | 'withdraw' | 'edit'

const NOT_THERE: Partial<Record<UnreachedAct, Refusal>> = {
  edit: { code: 'unsupported', title: 'Jobs of this release cannot be edited. End this one and create another.' },
}

/** Why the act is refused: by the rules as far as they say no, else because the job cannot have what it is about. */
export function refusalOf(act: UnreachedAct, job: JobFacts, person: string): Refusal {
  const ruled = act === 'approve' || act === 'reject' ? mayApprove(job, null, person) : jobCan[act](job)
  return ruled === true
    ? (NOT_THERE[act] ?? { code: 'unsupported', title: 'Jobs of this release cannot do that.' })
    : ruled
}
