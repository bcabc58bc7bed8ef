import type { FastifyInstance, FastifyReply } from 'fastify'

import { session as api, SIGNED_IN_COOKIE, type Limits, type Session } from '#contract/manage/session.ts'
import { RIGHTS } from '#contract/rights.ts'
import { serve } from '#server/http/serve.ts'
import type { OrgStore, Person } from '#server/ports-manage.ts'
import type { Actor } from '#server/ports.ts'

/** What signing in and out needs of whoever keeps accounts. */
export interface SignIns {
  signIn(
    email: string,
    password: string,
    caller: { address: string; userAgent: string },
  ): Promise<{ token: string; person: Person }>
  signOut(token: string, actor: Actor): Promise<void>
}

export interface SessionCookie {
  name: string
  /** True when people reach the service by https. */
  isSecure: boolean
  maxAgeSeconds: number
}

/** The cookie of a deployment: where its address is https, the name is one that browsers insist on guarding. */
export function cookieFor(config: { publicUrl: string; session: { maxMs: number } }): SessionCookie {
  const isSecure = config.publicUrl.startsWith('https:')
  // the prefix makes browsers insist on https, on this host and on the whole of it
  return { name: isSecure ? '__Host-session' : 'session', isSecure, maxAgeSeconds: config.session.maxMs / 1000 }
}

/** Other sites cannot send either; scripts can read only the one that says nothing but that there is a session. */
function setCookies(response: FastifyReply, { name, isSecure, maxAgeSeconds }: SessionCookie, token: string): void {
  const terms = { sameSite: 'strict', secure: isSecure, path: '/', maxAge: maxAgeSeconds } as const
  response.setCookie(name, token, { ...terms, httpOnly: true })
  response.setCookie(SIGNED_IN_COOKIE, '1', terms)
}

function clearCookies(response: FastifyReply, { name, isSecure }: SessionCookie): void {
  const terms = { sameSite: 'strict', secure: isSecure, path: '/' } as const
  response.clearCookie(name, { ...terms, httpOnly: true })
  response.clearCookie(SIGNED_IN_COOKIE, terms)
}

/** A person with every organisation that they may see: their own, and all of them by a role of the deployment. */
async function toSession({ user, platformRoles, memberships }: Person, orgs: OrgStore): Promise<Session> {
  const seesAll = platformRoles.some((role) => RIGHTS['org.read'].includes(role))
  const own = memberships.map(({ org, roles }) => ({
    slug: org.slug,
    name: org.name,
    zone: org.zone,
    roles: [...roles],
  }))
  const others = seesAll ? (await orgs.list('all')).filter(({ slug }) => !own.some((org) => org.slug === slug)) : []
  const seen = others.map(({ slug, name, zone }) => ({ slug, name, zone, roles: [] }))
  return { user, platformRoles: [...platformRoles], orgs: [...own, ...seen] }
}

export function sessionRoutes(
  app: FastifyInstance,
  { signIns, orgs, cookie, limits }: { signIns: SignIns; orgs: OrgStore; cookie: SessionCookie; limits: Limits },
): void {
  serve(app, api.signIn, async ({ body: { email, password } }, { actor }, { request, response }) => {
    const caller = { address: actor.address, userAgent: request.headers['user-agent'] ?? '' }
    const { token, person } = await signIns.signIn(email, password, caller)
    setCookies(response, cookie, token)
    return toSession(person, orgs)
  })
  serve(app, api.view, (_input, caller) => toSession(caller, orgs))
  serve(app, api.signOut, async (_input, { token, actor }, { response }) => {
    await signIns.signOut(token, actor)
    clearCookies(response, cookie)
    return undefined
  })
  serve(app, api.limits, async () => limits)
}
