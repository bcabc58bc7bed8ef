import type { Endpoint } from '#contract/endpoint.ts'
import type { Org } from '#contract/manage/orgs.ts'
import { problems } from '#contract/problems.ts'
import { missingRight, roleAllows, type Role } from '#contract/rights.ts'

import { db } from './db.ts'
import { limits } from './limits.ts'
import { MockProblem } from './problem.ts'
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

/**
 * Decides as the server does: no session is 401, an organisation that the caller may not see does not exist,
 * and a missing right is 403 in the words of the rights table.
 * @throws MockProblem
 */
export function admit({ action }: Endpoint, params: object): Access {
  const caller = db.users.find((user) => user.id === currentUserId())
  if (action === 'public' || action === 'link' || action === 'device') return { caller, org: undefined } as never
  if (!caller) throw new MockProblem(problems.signedOut())
  if (action === 'self') return { caller, org: undefined } as never

  const slug = 'org' in params ? params.org : undefined
  const org = db.orgs.find((row) => row.slug === slug)
  const roles = rolesIn(caller, org?.id)
  if (slug !== undefined && (!org || !roleAllows(roles, 'org.read'))) {
    throw new MockProblem(problems.notFound('Organisation'))
  }
  if (!roleAllows(roles, action)) throw new MockProblem(problems.forbidden(missingRight(action, limits.contact)))
  return { caller, org: org as Org }
}
