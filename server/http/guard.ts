// loads the types of `request.cookies`
import type {} from '@fastify/cookie'
import type { FastifyRequest } from 'fastify'

import { OrgSlug } from '#contract/manage/common.ts'
import { problems } from '#contract/problems.ts'
import {
  isOpenAction,
  missingRight,
  roleAllows,
  RIGHTS,
  type Action,
  type OrgAction,
  type PlatformAction,
} from '#contract/rights.ts'
import type { OrgContext, Person } from '#server/ports-manage.ts'
import { ProblemError, type Actor } from '#server/ports.ts'

/** What the guard must know of people and organisations. */
export interface Identities {
  /**
   * The person whose session this token opens; undefined when it has ended.
   * @param isQuiet the person did nothing: asking does not keep the session alive
   */
  person(token: string, isQuiet?: boolean): Promise<Person | undefined>
  org(slug: string): Promise<OrgContext | undefined>
}

/** Nobody in particular. */
export interface Anyone {
  actor: Actor
}
/** Someone who is signed in. `token` is their own session's. */
export interface SignedIn extends Anyone, Person {
  token: string
}
/** Someone who is signed in and may do what the endpoint does in this organisation. */
export interface InOrg extends SignedIn {
  org: OrgContext
}

/** Who calls, by the right that the endpoint names. */
export type CallerFor<A extends Action> = A extends OrgAction
  ? InOrg
  : A extends PlatformAction | 'self'
    ? SignedIn
    : Anyone

export interface Guard {
  /** The caller, once they may do it; throws 401, 404 (not their organisation) or 403 (not their right). */
  admit(action: Action, request: FastifyRequest): Promise<Anyone | SignedIn | InOrg>
  /** The same for a request that goes on by itself, such as a stream: it does not keep the session alive. */
  readmit(action: Action, request: FastifyRequest): Promise<Anyone | SignedIn | InOrg>
}

export interface GuardTerms {
  identities: Identities
  cookieName: string
  /** Whom to ask for a right. */
  contact: string
  /** Told before somebody is refused. */
  refused(right: {
    orgId: string | null
    actor: Actor
    action: OrgAction | PlatformAction
    route: string
  }): Promise<void>
}

const isPlatformAction = (action: OrgAction | PlatformAction): action is PlatformAction =>
  action === 'support.read' || action === 'platform.manage'

/** The one place that decides who may call what: session, then organisation, then right. */
export function createGuard({ identities, cookieName, contact, refused }: GuardTerms): Guard {
  async function signedIn(request: FastifyRequest, isQuiet: boolean): Promise<SignedIn> {
    const token = request.cookies[cookieName]
    const person = token === undefined ? undefined : await identities.person(token, isQuiet)
    if (token === undefined || !person) throw new ProblemError(problems.signedOut())
    const { id, name } = person.user
    return { ...person, token, actor: { kind: 'user', id, name, address: request.ip } }
  }

  /** An organisation that the caller has nothing to do with does not exist for them. */
  async function orgOf(caller: SignedIn, slug: string) {
    const own = caller.memberships.find(({ org }) => org.slug === slug)
    const org =
      own?.org ?? (seesAll(caller) && OrgSlug.safeParse(slug).success ? await identities.org(slug) : undefined)
    if (!org) throw new ProblemError(problems.notFound('Organisation'))
    return { org, roles: [...(own?.roles ?? []), ...caller.platformRoles] }
  }

  async function refuse(
    action: OrgAction | PlatformAction,
    request: FastifyRequest,
    { actor, orgId }: { actor: Actor; orgId: string | null },
  ): Promise<never> {
    await refused({ orgId, actor, action, route: `${request.method} ${request.routeOptions.url ?? ''}` })
    throw new ProblemError(problems.forbidden(missingRight(action, contact)))
  }

  async function admit(action: Action, request: FastifyRequest, isQuiet: boolean): Promise<Anyone | SignedIn | InOrg> {
    if (isOpenAction(action)) return nobody(request)
    const caller = await signedIn(request, isQuiet)
    if (action === 'self') return caller
    if (isPlatformAction(action)) {
      if (!roleAllows(caller.platformRoles, action)) await refuse(action, request, { ...caller, orgId: null })
      return caller
    }
    const { org, roles } = await orgOf(caller, (request.params as { org?: string }).org ?? '')
    if (!roleAllows(roles, action)) await refuse(action, request, { ...caller, orgId: org.id })
    return { ...caller, org }
  }

  return {
    admit: (action, request) => admit(action, request, false),
    readmit: (action, request) => admit(action, request, true),
  }
}

const nobody = (request: FastifyRequest): Anyone => ({
  actor: { kind: 'system', id: '', name: 'nobody', address: request.ip },
})

/** Whoever may read every organisation by a role of the whole deployment. */
const seesAll = ({ platformRoles }: Person): boolean => platformRoles.some((role) => RIGHTS['org.read'].includes(role))
