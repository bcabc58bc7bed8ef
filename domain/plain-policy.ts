import { Policy } from '#contract/manage/policies.ts'

/** What a job gets that asks for nothing: the defaults. */
export const PLAIN_POLICY: Policy = Policy.parse({})
