import { z } from 'zod'

import { isCreation, Problem, type Endpoint, type EndpointKind } from '#contract/endpoint.ts'
import { examples } from '#contract/examples/index.ts'
import type { AnyExample } from '#contract/examples/kit.ts'
import { endpoints } from '#contract/index.ts'
import * as activity from '#contract/manage/activity.ts'
import * as common from '#contract/manage/common.ts'
import * as deviceLists from '#contract/manage/device-lists.ts'
import * as devices from '#contract/manage/devices.ts'
import * as failure from '#contract/manage/failure.ts'
import * as firmwareFacts from '#contract/manage/firmware-facts.ts'
import * as firmware from '#contract/manage/firmware.ts'
import * as jobs from '#contract/manage/jobs.ts'
import * as orgs from '#contract/manage/orgs.ts'
import * as policies from '#contract/manage/policies.ts'
import * as products from '#contract/manage/products.ts'
import * as session from '#contract/manage/session.ts'
import { isOpenAction } from '#contract/rights.ts'

type Json = Record<string, unknown>
type Direction = 'input' | 'output'

/** Schemas that the contract exports by name keep that name, so that generated clients have `Device` and not `Reply17`. */
const names = z.registry<{ id: string }>()
for (const [name, value] of Object.entries({
  Problem,
  ...activity,
  ...common,
  ...deviceLists,
  ...devices,
  ...failure,
  ...firmwareFacts,
  ...firmware,
  ...jobs,
  ...orgs,
  ...policies,
  ...products,
  ...session,
}))
  if (/^[A-Z]/.test(name) && value instanceof z.ZodType) names.add(value, { id: name })

const CONTENT: Readonly<Record<EndpointKind, string>> = {
  json: 'application/json',
  csv: 'text/csv',
  text: 'text/plain',
  stream: 'text/event-stream',
  file: 'application/octet-stream',
  device: 'application/octet-stream',
  tus: 'application/offset+octet-stream',
}

/** A document under construction: what has a name is described once and referred to. */
class Components {
  readonly schemas: Record<string, Json> = {}

  /** JSON Schema of a zod schema; its named parts are moved to the components. */
  describe(schema: z.ZodType, io: Direction): Json {
    const {
      $schema,
      $defs = {},
      ...own
    } = z.toJSONSchema(schema, { io, metadata: names, unrepresentable: 'any' }) as Json
    for (const [name, part] of Object.entries($defs as Record<string, Json>)) this.keep(name, part, io)
    const id = names.get(schema)?.id
    if (id === undefined || '$ref' in own) return this.link(own, io)
    this.keep(id, own, io)
    return { $ref: `#/components/schemas/${this.nameFor(id, io)}` }
  }

  private keep(name: string, schema: Json, io: Direction): void {
    const { id, ...rest } = schema
    this.schemas[this.nameFor(name, io)] = this.link(rest, io)
  }

  /** What a caller may leave out differs from what an answer always has, so each direction has its own schema. */
  private nameFor(name: string, io: Direction): string {
    return io === 'input' ? `${name}Input` : name
  }

  private link(value: Json, io: Direction): Json {
    return JSON.parse(JSON.stringify(value), (key, inner: unknown) =>
      key === '$ref' && typeof inner === 'string'
        ? `#/components/schemas/${this.nameFor(inner.replace('#/$defs/', ''), io)}`
        : inner,
    ) as Json
  }
}

/** True when a caller may leave the field out: it is optional or has a default. */
const mayBeAbsent = (schema: z.ZodType) => schema.safeParse(undefined).success

/** `{ example }`, or nothing where there is none. */
const shown = (example: unknown): Json => (example === undefined ? {} : { example })

const parametersOf = (
  object: z.ZodObject | undefined,
  place: 'path' | 'query',
  values: unknown,
  components: Components,
): Json[] =>
  Object.entries(object?.shape ?? {}).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || !mayBeAbsent(schema as z.ZodType),
    schema: components.describe(schema as z.ZodType, 'output'),
    ...shown((values as Json | undefined)?.[name]),
  }))

/**
 * Headers are no part of the contract's schemas; those that an example sends are shown, and the one that every creation
 * takes. The type is the body's own.
 */
const requestHeaders = (endpoint: Endpoint, { headers = {} }: AnyExample): Json[] =>
  Object.entries({ ...(isCreation(endpoint) && { 'Idempotency-Key': undefined }), ...headers })
    .filter(([name]) => name !== 'Content-Type')
    .map(([name, example]) => ({
      name,
      in: 'header',
      required: false,
      schema: { type: 'string' },
      ...shown(example),
    }))

const replyHeaders = ({ replyHeaders: headers = {} }: AnyExample): Json =>
  Object.fromEntries(Object.entries(headers).map(([name, example]) => [name, { schema: { type: 'string' }, example }]))

const needsSession = ({ action }: Endpoint) => !isOpenAction(action)

/** The refusals that a caller should be ready for; all have one shape. */
function refusalsOf(endpoint: Endpoint): Json {
  const problem = { $ref: '#/components/responses/Problem' }
  return {
    ...((endpoint.params ?? endpoint.query ?? endpoint.body) && { 400: problem }),
    ...((needsSession(endpoint) || endpoint.action === 'scrape') && { 401: problem }),
    ...(needsSession(endpoint) && endpoint.action !== 'self' && { 403: problem }),
    ...(endpoint.params && { 404: problem }),
    ...(endpoint.method !== 'GET' && endpoint.method !== 'HEAD' && { 409: problem }),
    default: problem,
  }
}

/** What is sent: JSON of a schema, text of a table or of the device protocol, or the bytes of an upload. */
function requestBodyOf(endpoint: Endpoint, example: AnyExample, components: Components): Json | undefined {
  if (endpoint.body) {
    const schema = components.describe(endpoint.body, 'input')
    return { required: true, content: { [CONTENT.json]: { schema, ...shown(example.body) } } }
  }
  if (typeof example.body === 'string')
    return {
      required: true,
      content: { [CONTENT[endpoint.kind]]: { schema: { type: 'string' }, example: example.body } },
    }
  if (endpoint.kind === 'tus' && endpoint.method === 'PATCH')
    return { required: true, content: { [CONTENT.tus]: { schema: { type: 'string', format: 'binary' } } } }
  return undefined
}

function successOf(endpoint: Endpoint, example: AnyExample, components: Components): Json {
  const silent = endpoint.status === 204 || endpoint.method === 'HEAD' || endpoint.kind === 'tus'
  const isTaken = endpoint.kind === 'csv' && endpoint.method === 'POST'
  // a table that is taken is answered in JSON
  const kind = isTaken ? 'json' : endpoint.kind
  const schema = kind === 'json' && !silent ? components.describe(endpoint.reply, 'output') : undefined
  const content = silent ? undefined : { [CONTENT[kind]]: { ...(schema && { schema }), ...shown(example.reply) } }
  const headers = replyHeaders(example)
  return {
    description: endpoint.summary,
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(content && { content }),
  }
}

function operationOf(name: string, endpoint: Endpoint, components: Components): Json {
  const example = examples.get(name) ?? {}
  const success = successOf(endpoint, example, components)
  const body = requestBodyOf(endpoint, example, components)
  const parameters = [
    ...parametersOf(endpoint.params, 'path', example.params, components),
    ...parametersOf(endpoint.query, 'query', example.query, components),
    ...requestHeaders(endpoint, example),
  ]
  return {
    operationId: name,
    summary: endpoint.summary,
    tags: [name.split('.')[0]],
    'x-action': endpoint.action,
    'x-kind': endpoint.kind,
    security: needsSession(endpoint) ? [{ session: [] }] : endpoint.action === 'scrape' ? [{ token: [] }] : [],
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: { [endpoint.status]: success, ...refusalsOf(endpoint) },
  }
}

const sameJson = (a: Json | undefined, b: Json | undefined) => JSON.stringify(a) === JSON.stringify(b)

/** Takes the direction out of a name where it makes no difference: a `DeviceKey` is one both ways. */
function settleNames(document: { components: { schemas: Record<string, Json> } }): typeof document {
  const { schemas } = document.components
  const twin = Object.keys(schemas).find((name) => {
    const plain = schemas[name.replace(/Input$/, '')]
    return name.endsWith('Input') && (plain === undefined || sameJson(plain, schemas[name]))
  })
  if (twin === undefined) return document
  const plain = twin.replace(/Input$/, '')
  const { [twin]: schema, ...others } = schemas
  const renamed = JSON.stringify({
    ...document,
    components: { ...document.components, schemas: { ...others, [plain]: schema } },
  })
  return settleNames(
    JSON.parse(
      renamed.replaceAll(`"#/components/schemas/${twin}"`, `"#/components/schemas/${plain}"`),
    ) as typeof document,
  )
}

const inOrder = (record: Record<string, Json>) =>
  Object.fromEntries(Object.entries(record).toSorted(([a], [b]) => (a < b ? -1 : 1)))

/** OpenAPI 3.1 of everything in the contract, in its order. */
export function openApi(release: string): Json {
  const components = new Components()
  const paths: Record<string, Json> = {}
  for (const [name, endpoint] of endpoints) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [endpoint.method.toLowerCase()]: operationOf(name, endpoint, components) }
  }
  const problem = components.describe(Problem, 'output')
  const settled = settleNames({
    openapi: '3.1.0',
    info: { title: 'OTA portal', version: release, license: { name: 'Apache-2.0', identifier: 'Apache-2.0' } },
    paths,
    components: {
      schemas: components.schemas,
      responses: {
        Problem: {
          description: 'Refused, with the reason.',
          content: { 'application/problem+json': { schema: problem } },
        },
      },
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'session' },
        token: { type: 'http', scheme: 'bearer', description: 'METRICS_TOKEN of the deployment' },
      },
    },
  } as Json & { components: { schemas: Record<string, Json> } })
  return { ...settled, components: { ...settled.components, schemas: inOrder(settled.components.schemas) } }
}
