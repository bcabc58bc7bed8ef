import { z } from 'zod'

import { endpoint, Nothing } from '../endpoint.ts'
import { ORG_ROLES, PLATFORM_ROLES } from '../rights.ts'
import { Id, OrgSlug, ONE_LINE } from './common.ts'

/**
 * Says in the clear that this browser has a session, and nothing about it: the session's own cookie is hidden from
 * scripts, and a page that asks who it is without one is told so by a failed request.
 */
export const SIGNED_IN_COOKIE = 'signed-in'

export const SignIn = z.strictObject({
  email: z
    .string()
    .trim()
    .toLowerCase()
    .min(1, 'Enter your email address')
    .max(254)
    .regex(...ONE_LINE),
  password: z.string().min(1, 'Enter your password').max(200),
})

export const MyOrg = z.object({
  slug: OrgSlug,
  name: z.string(),
  /** IANA zone in which the organisation reads times. */
  zone: z.string(),
  /** Own roles in it; empty for someone who sees it by a platform role only. */
  roles: z.array(z.enum(ORG_ROLES)),
})
export type MyOrg = z.infer<typeof MyOrg>

export const Session = z.object({
  user: z.object({ id: Id, email: z.string(), name: z.string() }),
  platformRoles: z.array(z.enum(PLATFORM_ROLES)),
  orgs: z.array(MyOrg),
})
export type Session = z.infer<typeof Session>

export const Limits = z.object({
  firmwareMaxBytes: z.int(),
  verificationDevices: z.int(),
  pageSizeMax: z.int(),
  /** Whom to ask for access. */
  contact: z.string(),
  /** What this deployment's own version is. */
  release: z.string(),
})
export type Limits = z.infer<typeof Limits>

export const session = {
  signIn: endpoint({
    method: 'POST',
    path: '/api/session',
    kind: 'json',
    action: 'public',
    summary: 'Sign in with email and password; sets the session cookie.',
    status: 201,
    body: SignIn,
    reply: Session,
  }),
  view: endpoint({
    method: 'GET',
    path: '/api/session',
    kind: 'json',
    action: 'self',
    summary: 'Who am I, with organisations and rights.',
    status: 200,
    reply: Session,
  }),
  signOut: endpoint({
    method: 'DELETE',
    path: '/api/session',
    kind: 'json',
    action: 'self',
    summary: 'Sign out; ends this session.',
    status: 204,
    reply: Nothing,
  }),
  limits: endpoint({
    method: 'GET',
    path: '/api/limits',
    kind: 'json',
    action: 'public',
    summary: 'Limits and contact of this deployment.',
    status: 200,
    reply: Limits,
  }),
}
