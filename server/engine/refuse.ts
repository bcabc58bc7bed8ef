import { problems } from '#contract/problems.ts'
import type { Allowed } from '#domain/can.ts'
import { ProblemError } from '#server/ports.ts'

/** Throws what the rules refused, as 409. */
export function orRefuse(allowed: Allowed): void {
  if (allowed !== true) throw new ProblemError({ status: 409, ...allowed })
}

/** The thing when it belongs to the organisation; another's is not found either. */
export function ofOrg<T extends { orgId: string }>(found: T | undefined, orgId: string, thing: string): T {
  if (!found || found.orgId !== orgId) throw new ProblemError(problems.notFound(thing))
  return found
}
