import { deviceHttp } from './device/http-endpoints.ts'
import type { Endpoint } from './endpoint.ts'
import { activity } from './manage/activity.ts'
import { deviceLists } from './manage/device-lists.ts'
import { devices } from './manage/devices.ts'
import { firmware } from './manage/firmware.ts'
import { jobs } from './manage/jobs.ts'
import { live } from './manage/live.ts'
import { orgs } from './manage/orgs.ts'
import { overview } from './manage/overview.ts'
import { policies } from './manage/policies.ts'
import { products } from './manage/products.ts'
import { service } from './manage/service.ts'
import { session } from './manage/session.ts'
import { uploads } from './manage/uploads.ts'

const resources = {
  session,
  orgs,
  products,
  devices,
  deviceLists,
  uploads,
  firmware,
  policies,
  jobs,
  live,
  overview,
  activity,
  service,
  deviceHttp,
}
export type Resources = typeof resources

/** Every operation by its name, `resource.verb`: OpenAPI, the role matrix and conformance walk this list. */
export const endpoints: ReadonlyMap<string, Endpoint> = new Map(
  Object.entries(resources).flatMap(([resource, operations]) =>
    Object.entries(operations).map(([verb, operation]): [string, Endpoint] => [`${resource}.${verb}`, operation]),
  ),
)
