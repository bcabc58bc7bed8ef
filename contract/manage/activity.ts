import { z } from 'zod'

import { endpoint, Nothing } from '../endpoint.ts'
import { listOf, OrgParams, pageQuery, Time } from './common.ts'
import { LogEntry } from './devices.ts'

export const ActivityEntry = LogEntry.extend({
  actorKind: z.enum(['user', 'token', 'device', 'system']),
  address: z.string(),
  objectKind: z.string(),
  objectId: z.string(),
  deviceId: z.string().nullable(),
})
export type ActivityEntry = z.infer<typeof ActivityEntry>

const filters = {
  /** Id of a person or of a token; what devices do stands in their histories. */
  actor: z.string().max(64).optional(),
  /** Id of the thing that it happened to; single devices of a job stand in the job’s timeline. */
  object: z.string().max(64).optional(),
  /** Such as `job.started`. */
  action: z.string().max(64).optional(),
  from: Time.optional(),
  to: Time.optional(),
}

export const activity = {
  list: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/activity',
    kind: 'json',
    action: 'org.read',
    summary: 'Who did what, when, to what and from where; newest first.',
    status: 200,
    params: OrgParams,
    query: pageQuery(['at']).extend(filters),
    reply: listOf(ActivityEntry),
  }),
  csv: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/activity.csv',
    kind: 'csv',
    action: 'org.read',
    summary: 'The log as CSV.',
    status: 200,
    params: OrgParams,
    query: z.object(filters),
    reply: Nothing,
  }),
}
