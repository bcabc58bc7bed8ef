import type { Scope } from '#contract/manage/jobs.ts'
import { Policy } from '#contract/manage/policies.ts'

import type { Allowed } from './refusal.ts'

/** What a job gets that asks for nothing: the defaults. */
export const PLAIN_POLICY: Policy = Policy.parse({})

interface Asked {
  policy: Policy
  scope: Scope
  supersede?: boolean
}

/** Parts of the contract that a job cannot have. Each is taken out of the list by whoever makes the engine obey it. */
const PARTS: readonly (readonly [part: string, isAsked: (asked: Asked) => boolean])[] = [
]

/** Whatever is asked for and would be ignored is refused instead. */
export function unsupported(asked: Asked): Allowed {
  const parts = PARTS.filter(([, isAsked]) => isAsked(asked)).map(([part]) => part)
  if (parts.length === 0) return true
  return { code: 'unsupported', title: `Jobs of this release cannot have ${parts.join(', ')}. Leave that out.` }
}
