import type { Problem } from '#contract/endpoint.ts'
import type { Allowed, Refusal } from '#domain/refusal.ts'

/** Thrown by a handler to answer with a problem document. */
export class MockProblem extends Error {
  override readonly name = 'MockProblem'
  readonly problem: Problem
  readonly headers: Record<string, string>
  constructor(problem: Problem, headers: Record<string, string> = {}) {
    super(problem.title)
    this.problem = problem
    this.headers = headers
  }
}

/** A rule of the domain said no. */
export const refused = (refusal: Refusal, status = 409, field?: string): MockProblem => {
  const { code, title, enosCode } = refusal
  return new MockProblem({
    status,
    code,
    title,
    ...(enosCode !== undefined && { enosCode }),
    ...(field !== undefined && { fields: { [field]: title } }),
  })
}

/** @throws MockProblem unless the rule allows it */
export function insist(allowed: Allowed, status = 409, field?: string): void {
  if (allowed !== true) throw refused(allowed, status, field)
}
