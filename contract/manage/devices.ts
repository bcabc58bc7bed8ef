import { z } from 'zod'

import { endpoint, Nothing } from '../endpoint.ts'
import {
  Actor,
  ChosenProductKey,
  DeviceKey,
  Id,
  listOf,
  OrgParams,
  pageQuery,
  ProductKey,
  Tags,
  Time,
  ONE_LINE,
} from './common.ts'

export const Connection = z.enum(['online', 'offline'])
export type Connection = z.infer<typeof Connection>

export const Device = z.object({
  id: Id,
  productKey: ProductKey,
  deviceKey: DeviceKey,
  name: z.string(),
  enabled: z.boolean(),
  /** What it last reported by `inform`; null until then, and then it cannot be upgraded. */
  currentVersion: z.string().nullable(),
  versionReportedAt: Time.nullable(),
  connection: Connection,
  lastSeenAt: Time.nullable(),
  tags: Tags,
  attributes: Tags,
  /** The gateway behind which it last was; null for a device that connects by itself. */
  gatewayId: Id.nullable(),
  /** When it first showed or was told its own secret; null while dynamic activation is still open to it. */
  activatedAt: Time.nullable(),
  createdAt: Time,
  version: z.int(),
})
export type Device = z.infer<typeof Device>

const DeviceName = z
  .string()
  .trim()
  .max(64, 'At most 64 characters')
  .regex(...ONE_LINE)

export const DeviceCreate = z.strictObject({
  productKey: ChosenProductKey,
  deviceKey: DeviceKey,
  name: DeviceName.default(''),
  tags: Tags.default({}),
  attributes: Tags.default({}),
})

/** What is left out stays; tags and attributes are given whole. */
export const DeviceUpdate = z.strictObject({
  name: DeviceName.optional(),
  tags: Tags.optional(),
  attributes: Tags.optional(),
  version: z.int(),
})

const DeviceParams = OrgParams.extend({ deviceId: Id })

/** One line of a device's history, a job's timeline or the activity log. */
export const LogEntry = z.object({
  id: z.string(),
  at: Time,
  actor: Actor,
  action: z.string(),
  /** What happened, in one plain sentence. */
  summary: z.string(),
  from: z.string().nullable(),
  to: z.string().nullable(),
  why: z.string().nullable(),
  jobId: z.string().nullable(),
})
export type LogEntry = z.infer<typeof LogEntry>

/** The gate chain's answer for one device in one job. */
export const Verdict = z.object({
  go: z.boolean(),
  /** The first gate that holds; null when all are open. */
  gate: z.string().nullable(),
  reason: z.string(),
  opensAt: Time.nullable(),
})
export type Verdict = z.infer<typeof Verdict>

export const devices = {
  list: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/devices',
    kind: 'json',
    action: 'org.read',
    summary:
      'Devices by key; `q` is a prefix of the device key, `tag` a tag’s key or `key=value`, `unseenDays` how long they have been offline at least.',
    status: 200,
    params: OrgParams,
    query: pageQuery(['deviceKey']).extend({
      product: ProductKey.optional(),
      version: z
        .string()
        .max(64)
        .regex(...ONE_LINE)
        .optional(),
      connection: Connection.optional(),
      tag: z
        .string()
        .trim()
        .max(251)
        .regex(...ONE_LINE)
        .optional(),
      unseenDays: z.coerce.number().int().min(1).max(3_650).optional(),
    }),
    reply: listOf(Device),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/devices',
    kind: 'json',
    action: 'device.write',
    summary: 'Register a device; its secret is in this answer and in no other.',
    status: 201,
    params: OrgParams,
    body: DeviceCreate,
    reply: Device.extend({ deviceSecret: z.string() }),
  }),
  versions: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/devices/versions',
    kind: 'json',
    action: 'org.read',
    summary: 'Versions in the field with the number of devices on each.',
    status: 200,
    params: OrgParams,
    query: z.object({ product: ProductKey.optional() }),
    reply: z.object({ items: z.array(z.object({ version: z.string().nullable(), count: z.int() })) }),
  }),
  view: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/devices/:deviceId',
    kind: 'json',
    action: 'org.read',
    summary: 'One device.',
    status: 200,
    params: DeviceParams,
    reply: Device,
  }),
  update: endpoint({
    method: 'PATCH',
    path: '/api/orgs/:org/devices/:deviceId',
    kind: 'json',
    action: 'device.write',
    summary: 'Edit a device; it joins at once the jobs with an open list that it comes to match.',
    status: 200,
    params: DeviceParams,
    body: DeviceUpdate,
    reply: Device,
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/api/orgs/:org/devices/:deviceId',
    kind: 'json',
    action: 'device.write',
    summary: 'Remove a device for good; refused while an upgrade is under way. Its history stays.',
    status: 204,
    params: DeviceParams,
    reply: Nothing,
  }),
  resetSecret: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/devices/:deviceId/reset-secret',
    kind: 'json',
    action: 'device.write',
    summary: 'Give the device a new secret and end its sessions; the secret is in this answer and in no other.',
    status: 200,
    params: DeviceParams,
    reply: Device.extend({ deviceSecret: z.string() }),
  }),
  resetActivation: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/devices/:deviceId/reset-activation',
    kind: 'json',
    action: 'device.write',
    summary: 'Let the device learn its secret once more with its product’s.',
    status: 200,
    params: DeviceParams,
    reply: Device,
  }),
  subDevices: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/devices/:deviceId/sub-devices',
    kind: 'json',
    action: 'org.read',
    summary: 'The devices behind a gateway, by key.',
    status: 200,
    params: DeviceParams,
    query: pageQuery(['deviceKey']).omit({ q: true }),
    reply: listOf(Device),
  }),
  enable: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/devices/:deviceId/enable',
    kind: 'json',
    action: 'device.write',
    summary: 'Let the device connect again.',
    status: 200,
    params: DeviceParams,
    reply: Device,
  }),
  disable: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/devices/:deviceId/disable',
    kind: 'json',
    action: 'device.write',
    summary: 'End the device’s sessions and refuse new ones.',
    status: 200,
    params: DeviceParams,
    reply: Device,
  }),
  history: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/devices/:deviceId/history',
    kind: 'json',
    action: 'org.read',
    summary: 'What happened to the device, in one job or at all, newest first; also to one that was deleted.',
    status: 200,
    params: DeviceParams,
    query: pageQuery(['at']).extend({ job: Id.optional() }),
    reply: listOf(LogEntry),
  }),
  why: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/devices/:deviceId/why',
    kind: 'json',
    action: 'org.read',
    summary:
      'Why the device is not being upgraded: the gate chain’s own answer, for one job or for each unfinished one.',
    status: 200,
    params: DeviceParams,
    query: z.object({ job: Id.optional() }),
    reply: z.object({
      items: z.array(z.object({ jobId: Id, jobName: z.string(), status: z.string(), verdict: Verdict })),
    }),
  }),
}
