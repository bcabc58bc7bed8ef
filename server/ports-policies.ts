import type { z } from 'zod'

import type { PolicyCreate, PolicyReplace, SavedPolicy } from '#contract/manage/policies.ts'
import type { Actor, Page, PageAsk } from '#server/ports.ts'

/** Named policies. A job copies one, so that what is written here changes no job. */
export interface PolicyStore {
  /** By name. @param q prefix of it */
  list(orgId: string, q: string | undefined, ask: PageAsk): Promise<Page<SavedPolicy>>
  view(orgId: string, policyId: string): Promise<SavedPolicy | undefined>
  /** @throws ProblemError `taken` when the organisation has one of this name */
  create(orgId: string, policy: z.output<typeof PolicyCreate>, actor: Actor): Promise<SavedPolicy>
  /** @throws ProblemError `stale` when someone else was first, `taken` as above */
  replace(orgId: string, policyId: string, policy: z.output<typeof PolicyReplace>, actor: Actor): Promise<SavedPolicy>
  delete(orgId: string, policyId: string, actor: Actor): Promise<void>
}
