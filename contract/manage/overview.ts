import { z } from 'zod'

import { endpoint } from '../endpoint.ts'
import { Id, OrgParams, Time } from './common.ts'
import { FailureKind } from './failure.ts'

/** Devices that failed for one reason, and in which jobs, the most first. */
export const FailureReason = z.object({
  kind: FailureKind,
  count: z.int(),
  jobs: z.array(z.object({ id: Id, name: z.string(), count: z.int() })),
})
export type FailureReason = z.infer<typeof FailureReason>

export const overview = {
  failures: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/failures',
    kind: 'json',
    action: 'org.read',
    summary: 'Devices that failed in the last hours and still stand as failed, by reason and job, the most first.',
    status: 200,
    params: OrgParams,
    query: z.object({ hours: z.coerce.number().int().min(1).max(168).default(24) }),
    reply: z.object({ since: Time, total: z.int(), items: z.array(FailureReason) }),
  }),
}
