import { z } from 'zod'

import { endpoint, Nothing } from '../endpoint.ts'
import { Actor, Id, listOf, OrgParams, pageQuery, ProductKey, Time, ONE_LINE } from './common.ts'

/** Lines that a list may have. */
export const DEVICE_LIST_MAX_KEYS = 1_000_000
/** Bytes of a file that may bring it: every line as long as a key can be, and as much again beside it. */
export const DEVICE_LIST_MAX_BYTES = 134_217_728
/** Wrong lines that a refusal names one by one, as `lines.17` among its fields; its title counts them all. */
export const DEVICE_LIST_MAX_ERRORS = 1_000

/** Device keys taken from a file. It never changes: whoever needs others makes another. */
export const DeviceList = z.object({
  id: Id,
  name: z.string(),
  productKey: ProductKey,
  productName: z.string(),
  /** Different keys in it. */
  keyCount: z.int(),
  /** Lines that only repeated a key of another. */
  repeatedCount: z.int(),
  /** Keys that no device of the product had when the list was taken: kept, because devices are registered later too. */
  unknownCount: z.int(),
  createdBy: Actor,
  createdAt: Time,
})
export type DeviceList = z.infer<typeof DeviceList>

export const DeviceListAsk = z.object({
  product: ProductKey,
  name: z
    .string()
    .trim()
    .min(1, 'Give the list a name')
    .max(64, 'At most 64 characters')
    .regex(...ONE_LINE),
})
export type DeviceListAsk = z.infer<typeof DeviceListAsk>

const ListParams = OrgParams.extend({ listId: Id })

export const deviceLists = {
  list: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/device-lists',
    kind: 'json',
    action: 'org.read',
    summary: 'Device lists, newest first; `q` is a prefix of the name.',
    status: 200,
    params: OrgParams,
    query: pageQuery(['createdAt']).extend({ product: ProductKey.optional() }),
    reply: listOf(DeviceList),
  }),
  create: endpoint({
    method: 'POST',
    path: '/api/orgs/:org/device-lists',
    kind: 'csv',
    action: 'job.write',
    summary:
      'Take a list of device keys from CSV: the column `deviceKey`, or the first. As a whole or not at all; wrong lines are named.',
    status: 201,
    params: OrgParams,
    query: DeviceListAsk,
    reply: DeviceList,
  }),
  view: endpoint({
    method: 'GET',
    path: '/api/orgs/:org/device-lists/:listId',
    kind: 'json',
    action: 'org.read',
    summary: 'One device list.',
    status: 200,
    params: ListParams,
    reply: DeviceList,
  }),
  delete: endpoint({
    method: 'DELETE',
    path: '/api/orgs/:org/device-lists/:listId',
    kind: 'json',
    action: 'job.write',
    summary: 'Delete a device list. Refused while an unfinished job uses it.',
    status: 204,
    params: ListParams,
    reply: Nothing,
  }),
}
