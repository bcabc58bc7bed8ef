import type { Resources } from '../index.ts'
import { activity } from './activity.ts'
import { deviceHttp } from './device-http.ts'
import { deviceLists } from './device-lists.ts'
import { devices } from './devices.ts'
import { firmware } from './firmware.ts'
import { jobs } from './jobs.ts'
import type { AnyExample, ExamplesOf } from './kit.ts'
import { live } from './live.ts'
import { orgs } from './orgs.ts'
import { overview } from './overview.ts'
import { policies } from './policies.ts'
import { products } from './products.ts'
import { service } from './service.ts'
import { session } from './session.ts'
import { uploads } from './uploads.ts'

const resources: { readonly [R in keyof Resources]: ExamplesOf<Resources[R]> } = {
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

/** One call that works for every operation, by its name. Only documents read it: it must not reach a browser. */
export const examples: ReadonlyMap<string, AnyExample> = new Map(
  Object.entries(resources).flatMap(([resource, operations]) =>
    Object.entries(operations).map(([verb, example]): [string, AnyExample] => [`${resource}.${verb}`, example]),
  ),
)
