import type { Session } from '#contract/manage/session.ts'
import { session as api } from '#contract/manage/session.ts'
import { problems } from '#contract/problems.ts'
import { roleAllows } from '#contract/rights.ts'
import { DEPLOYMENT, SESSION_WORDS, signInFailedWords } from '#domain/log-words.ts'
import { membershipOf, rolesIn } from '#mock-api/access.ts'
import { mock } from '#mock-api/bind.ts'
import { db } from '#mock-api/db.ts'
import { limits } from '#mock-api/limits.ts'
import { record, type Entry } from '#mock-api/log.ts'
import { MockProblem } from '#mock-api/problem.ts'
import { people } from '#mock-api/seed/people.ts'
import { troubledOrgs } from '#mock-api/seed/troubled.ts'
import { sentinel } from '#mock-api/sentinel.ts'
import { unavailable } from '#mock-api/sentinels.ts'
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
  return { user: { id, email, name }, platformRoles, orgs: [...orgs, ...troubledFor(user)] }
}

const troubledFor = (user: UserRow): Session['orgs'] =>
  user.id === people.tester.id
    ? Object.values(troubledOrgs).map(({ slug, name, role }) => ({ slug, name, zone: 'Asia/Singapore', roles: [role] }))
    : []

const NOBODY = { id: '', name: 'nobody' }

/** In each organisation of the person; without one, in the log of the deployment. */
function tell(user: UserRow | undefined, line: Pick<Entry, 'actor' | 'action' | 'summary'>): void {
  const own = db.members.filter(({ userId }) => userId === user?.id).map(({ orgId }) => orgId)
  const object = { kind: 'user', id: user?.id ?? '' }
  for (const orgId of own.length > 0 ? own : [DEPLOYMENT]) record({ ...line, orgId, object, address: '127.0.0.1' })
}

export const sessionHandlers = [
  mock(api.signIn, ({ body: { email, password } }) => {
    if (email === sentinel.throttledEmail) throw new MockProblem(throttled, { 'retry-after': '600' })
    if (email === sentinel.unavailableEmail) throw new MockProblem(unavailable)
    const user = db.users.find((row) => row.email === email)
    if (!user || user.password !== password) {
      tell(user, { actor: NOBODY, action: 'user.signInFailed', summary: signInFailedWords(user?.name ?? null) })
      throw new MockProblem(problems.wrongSignIn())
    }
    actAs(user.id)
    tell(user, { actor: user, action: SESSION_WORDS.signedIn.action, summary: SESSION_WORDS.signedIn.did(user.name) })
    return sessionOf(user)
  }),
  mock(api.view, (_, { caller }) => sessionOf(caller)),
  mock(api.signOut, (_, { caller }) => {
    const { action, did } = SESSION_WORDS.signedOut
    tell(caller, { actor: caller, action, summary: did(caller.name) })
    actAs(null)
  }),
  mock(api.limits, () => limits),
]
