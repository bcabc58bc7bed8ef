import type { Session } from '#contract/manage/session.ts'
import { session as api } from '#contract/manage/session.ts'
import { problems } from '#contract/problems.ts'
import { roleAllows } from '#contract/rights.ts'
import { membershipOf, rolesIn } from '#mock-api/access.ts'
import { mock } from '#mock-api/bind.ts'
import { db } from '#mock-api/db.ts'
import { limits } from '#mock-api/limits.ts'
import { MockProblem } from '#mock-api/problem.ts'
import { sentinel } from '#mock-api/sentinel.ts'
import { actAs } from '#mock-api/session.ts'
import type { UserRow } from '#mock-api/world.ts'

const throttled = {
  status: 429,
  code: 'too_many_attempts',
  title: 'Too many attempts to sign in. Wait a few minutes, then try again.',
}

/** Who this is, and every organisation that they may see. */
function sessionOf(user: UserRow): Session {
  const { id, email, name, platformRoles } = user
  const seen = db.orgs.filter((org) => roleAllows(rolesIn(user, org.id), 'org.read'))
  const orgs = seen.map((org) => ({
    slug: org.slug,
    name: org.name,
    zone: org.zone,
    roles: membershipOf(id, org.id)?.roles ?? [],
  }))
  return { user: { id, email, name }, platformRoles, orgs }
}

export const sessionHandlers = [
  mock(api.signIn, ({ body: { email, password } }) => {
    if (email === sentinel.throttledEmail) throw new MockProblem(throttled, { 'retry-after': '600' })
    const user = db.users.find((row) => row.email === email)
    if (!user || user.password !== password) throw new MockProblem(problems.wrongSignIn())
    actAs(user.id)
    return sessionOf(user)
  }),
  mock(api.view, (_, { caller }) => sessionOf(caller)),
  mock(api.signOut, () => {
    actAs(null)
  }),
  mock(api.limits, () => limits),
]
