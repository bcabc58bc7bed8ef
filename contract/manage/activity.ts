import { z } from 'zod'

import { endpoint, Nothing } from '../endpoint.ts'
import { listOf, OrgParams, pageQuery, Time, ONE_LINE } from './common.ts'
import { LogEntry } from './devices.ts'

/** One field of an edit; values that are no text are told as JSON. Null: the field had no value. */
export const Change = z.object({ field: z.string(), before: z.string().nullable(), after: z.string().nullable() })
export type Change = z.infer<typeof Change>

export const ActivityEntry = LogEntry.extend({
  actorKind: z.enum(['user', 'token', 'device', 'system']),
  address: z.string(),
  objectKind: z.string(),
  objectId: z.string(),
  deviceId: z.string().nullable(),
  /** What an edit changed; empty of what is no edit. */
  changes: z.array(Change),
})
export type ActivityEntry = z.infer<typeof ActivityEntry>

const filters = {
  /** Id of a person or of a token; what devices do stands in their histories. */
  actor: z
    .string()
    .max(64)
    .regex(...ONE_LINE)
    .optional(),
  /** Id of the thing that it happened to; single devices of a job stand in the job’s timeline. */
  object: z
    .string()
    .max(64)
    .regex(...ONE_LINE)
    .optional(),
  /** Such as `job.started`. */
  action: z
    .string()
    .max(64)
    .regex(...ONE_LINE)
    .optional(),
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
  deployment: endpoint({
    method: 'GET',
    path: '/api/activity',
    kind: 'json',
    action: 'support.read',
    summary: 'What belongs to no organisation: sign-ins of people without one, the archive of the log; newest first.',
    status: 200,
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
