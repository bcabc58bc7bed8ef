import { z } from 'zod'

import { endpoint } from '../endpoint.ts'
import { Id, OrgParams, OrgSlug, Time, ONE_LINE } from './common.ts'

export const Zone = z.string().refine((zone) => {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }))
  } catch {
    return false
  }
}, 'Choose an IANA time zone such as Asia/Singapore')

export const Org = z.object({ id: Id, slug: OrgSlug, name: z.string(), zone: z.string(), createdAt: Time })
export type Org = z.infer<typeof Org>

export const OrgCreate = z.strictObject({
  slug: OrgSlug,
  name: z
    .string()
    .trim()
    .min(1, 'Give the organisation a name')
    .max(64)
    .regex(...ONE_LINE),
  zone: Zone.default('Asia/Singapore'),
})

export const orgs = {
  list: endpoint({
    method: 'GET',
    path: '/api/orgs',
    kind: 'json',
    action: 'self',
    summary: 'Organisations that the caller may see.',
    status: 200,
    reply: z.object({ items: z.array(Org) }),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/orgs',
    kind: 'json',
    action: 'platform.manage',
    summary: 'Create an organisation; its creator becomes its first admin.',
    status: 201,
    body: OrgCreate,
    reply: Org,
  }),
  view: endpoint({
    method: 'GET',
    path: '/api/orgs/:org',
    kind: 'json',
    action: 'org.read',
    summary: 'One organisation.',
    status: 200,
    params: OrgParams,
    reply: Org,
  }),
  emergencyStop: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/emergency-stop',
    kind: 'json',
    action: 'job.stop',
    summary: 'Stop every started job of the organisation at once; devices under way go on.',
    status: 200,
    params: OrgParams,
    reply: z.object({ stopped: z.int() }),
  }),
}
