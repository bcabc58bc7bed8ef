import type { Endpoint } from '#contract/endpoint.ts'
import type { Org } from '#contract/manage/orgs.ts'
import { problems } from '#contract/problems.ts'
import {
  isOpenAction,
  missingRight,
  roleAllows,
  type OrgAction,
  type PlatformAction,
  type Role,
} from '#contract/rights.ts'
import { DEPLOYMENT, refusedWords } from '#domain/log-words.ts'

import { clock } from './clock.ts'
import { db } from './db.ts'
import { limits } from './limits.ts'
import { record } from './log.ts'
import { MockProblem } from './problem.ts'
import { people } from './seed/people.ts'
import { troubledOrg, troubledOrgs, troubleOf } from './seed/troubled.ts'
import { currentUserId } from './session.ts'
import type { UserRow } from './world.ts'

/** Who asks, and in which organisation where the path names one. Only bindings of such endpoints read them. */
export interface Access {
  caller: UserRow
  org: Org
}

export const membershipOf = (userId: string, orgId: string) =>
  db.members.find((member) => member.userId === userId && member.orgId === orgId)

/** Every role that counts in this organisation. */
export const rolesIn = (user: UserRow, orgId: string | undefined): Role[] => [
  ...user.platformRoles,
  ...((orgId !== undefined && membershipOf(user.id, orgId)?.roles) || []),
]

/** In an organisation that is in trouble its tester is what it says, and nobody else is anything. */
export const troubleRoles = (user: UserRow, slug: unknown): Role[] | undefined => {
  const trouble = troubleOf(slug)
  return trouble && (user.id === people.tester.id ? [troubledOrgs[trouble].role] : [])
}

const QUARTER_MS = 15 * 60_000

/** Once for each person and right in a while: what comes after it is as the first was. */
function tellRefused(caller: UserRow, action: OrgAction | PlatformAction, orgId: string): void {
  const since = clock.now() - QUARTER_MS
  const isTold = db.log.some(
    (line) =>
      line.action === 'right.refused' &&
      line.orgId === orgId &&
      line.actor.id === caller.id &&
      line.objectId === action &&
      Date.parse(line.at) > since,
  )
  if (isTold) return
  const object = { kind: 'right', id: action }
  record({ orgId, actor: caller, object, action: 'right.refused', summary: refusedWords(caller.name, action) })
}

/**
 * Decides as the server does: no session is 401, an organisation that the caller may not see does not exist,
 * and a missing right is 403 in the words of the rights table.
 * @throws MockProblem
 */
export function admit({ action }: Endpoint, params: object): Access {
  const caller = db.users.find((user) => user.id === currentUserId())
  if (isOpenAction(action)) return { caller, org: undefined } as never
  if (!caller) throw new MockProblem(problems.signedOut())
  if (action === 'self') return { caller, org: undefined } as never

  const slug = 'org' in params ? params.org : undefined
  const org = db.orgs.find((row) => row.slug === slug) ?? troubledOrg(slug)
  const roles = troubleRoles(caller, slug) ?? rolesIn(caller, org?.id)
  if (slug !== undefined && (!org || !roleAllows(roles, 'org.read'))) {
    throw new MockProblem(problems.notFound('Organisation'))
  }
  if (!roleAllows(roles, action)) {
    tellRefused(caller, action, org?.id ?? DEPLOYMENT)
    throw new MockProblem(problems.forbidden(missingRight(action, limits.contact)))
  }
  return { caller, org: org as Org }
}
