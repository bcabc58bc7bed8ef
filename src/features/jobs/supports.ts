import { Scope } from '#contract/manage/jobs.ts'
import { PLAIN_POLICY, unsupported } from '#domain/unsupported.ts'

const EVERYBODY = Scope.parse({})
const may = (asked: { scope?: Scope; supersede?: boolean }) =>
  unsupported({ policy: PLAIN_POLICY, scope: EVERYBODY, ...asked }) === true

/** Parts of a job that are offered: what a job cannot have would only be refused. */
export const supports = {
  tags: may({ scope: { ...EVERYBODY, tags: { site: ['A'] } } }),
  attributes: may({ scope: { ...EVERYBODY, attributes: { site: ['A'] } } }),
  share: may({ scope: { ...EVERYBODY, percent: 50 } }),
  supersede: may({ supersede: true }),
} as const
