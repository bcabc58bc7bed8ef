import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Endpoint } from '#contract/endpoint.ts'
import { endpoints } from '#contract/index.ts'
import { isOpenAction, RIGHTS, roleAllows, type OrgAction, type PlatformAction, type Role } from '#contract/rights.ts'

import { EVERYONE, ORG, OTHER_ORG, startHarness, type Harness, type Who } from './harness.ts'
import { FILE, makeThings, type Things } from './manage-world.ts'
import { databases } from './support/databases.ts'

/** What an endpoint is called with, so that only a right can keep it from working. */
type Row = (things: Things) => Pick<InjectOptions, 'payload' | 'headers' | 'query'>

const TUS = { 'tus-resumable': '1.0.0' }
const plain: Row = () => ({})
const scope = { versions: [], deviceKeys: [] }

/** One row for each endpoint: a new one without a row fails the test below. */
const ROWS: Readonly<Record<string, Row>> = {
  'session.signIn': () => ({ payload: { email: 'nobody@hdb.example', password: 'wrong' } }),
  'session.view': plain,
  'session.signOut': plain,
  'session.limits': plain,
  'orgs.list': plain,
  'orgs.create': () => ({ payload: { slug: `org-${Math.random().toString(36).slice(2)}`, name: 'New' } }),
  'orgs.view': plain,
  'orgs.emergencyStop': plain,
  'overview.failures': plain,
  'products.list': plain,
  'products.create': () => ({ payload: { name: 'New' } }),
  'products.view': plain,
  'products.update': () => ({ payload: { name: 'Renamed', version: 1 } }),
  'products.resetSecret': plain,
  'products.delete': plain,
  'devices.list': plain,
  'devices.create': ({ productKey }) => ({ payload: { productKey, deviceKey: 'another' } }),
  'devices.versions': plain,
  'devices.view': plain,
  'devices.update': () => ({ payload: { name: 'renamed', version: 1 } }),
  'devices.delete': plain,
  'devices.resetSecret': plain,
  'devices.resetActivation': plain,
  'devices.subDevices': plain,
  'devices.enable': plain,
  'devices.disable': plain,
  'devices.history': plain,
  'devices.why': plain,
  'deviceLists.list': plain,
  'deviceLists.create': ({ productKey }) => ({
    query: { product: productKey, name: 'list' },
    headers: { 'content-type': 'text/csv' },
    payload: 'deviceKey\nfan-1\n',
  }),
  'deviceLists.view': plain,
  'deviceLists.delete': plain,
  'uploads.abilities': plain,
  'uploads.create': () => ({ headers: { ...TUS, 'upload-length': '10' } }),
  'uploads.offset': () => ({ headers: TUS }),
  'uploads.append': () => ({
    headers: { ...TUS, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' },
    payload: FILE,
  }),
  'uploads.terminate': () => ({ headers: TUS }),
  'firmware.list': plain,
  'firmware.create': ({ uploadId, productKey }) => ({
    payload: { uploadId, productKey, name: 'n', version: '9', sha256: 'a'.repeat(64), md5: 'b'.repeat(32) },
  }),
  'firmware.view': plain,
  'firmware.update': () => ({ payload: { description: 'new', revision: 1 } }),
  'firmware.delete': plain,
  'firmware.file': plain,
  'firmware.statistics': plain,
  'firmware.deletePreview': plain,
  'policies.list': plain,
  'policies.create': ({ jobId }) => ({ payload: { name: `for ${jobId}`, policy: {} } }),
  'policies.view': plain,
  'policies.replace': () => ({ payload: { name: 'renamed', policy: {}, version: 1 } }),
  'policies.delete': plain,
  'jobs.preview': ({ firmwareId }) => ({ payload: { type: 'upgrade', firmwareId, scope } }),
  'jobs.previewed': plain,
  'jobs.list': plain,
  'jobs.create': ({ firmwareId }) => ({ payload: { type: 'upgrade', firmwareId, name: 'second', scope } }),
  'jobs.view': plain,
  'jobs.delete': plain,
  'jobs.start': plain,
  'jobs.stop': plain,
  'jobs.end': plain,
  'jobs.approve': plain,
  'jobs.reject': plain,
  'jobs.withdraw': plain,
  'jobs.advance': plain,
  'jobs.resume': () => ({ payload: { reason: 'It was the network' } }),
  'jobs.update': () => ({ payload: { version: 1 } }),
  'jobs.failures': plain,
  'jobs.progress': plain,
  'jobs.tasksCsv': plain,
  'jobs.tasks': plain,
  'jobs.cancel': () => ({ payload: { all: true, status: 'init' } }),
  'jobs.retry': () => ({ payload: { all: true, status: 'failed' } }),
  'jobs.timeline': plain,
  'live.stream': plain,
  'activity.list': plain,
  'activity.deployment': plain,
  'activity.csv': plain,
  'service.healthz': plain,
  'service.readyz': plain,
  'service.metrics': plain,
  'service.openapi': plain,
  'service.download': plain,
  'deviceHttp.auth': plain,
  'deviceHttp.message': plain,
  'deviceHttp.download': plain,
  'deviceHttp.downloadUrl': plain,
}

/** Open to everyone, and refuses what the row above says: a wrong password, a forged link, no device's session. */
const REFUSES_ITSELF = new Set(['session.signIn', 'service.download', 'deviceHttp.download', 'deviceHttp.downloadUrl'])

test('every endpoint of the contract has a row in the matrix, and every row an endpoint', () => {
  expect(Object.keys(ROWS).toSorted()).toEqual([...endpoints.keys()].toSorted())
})

/** What the rights table says about one person in one organisation. */
function expected({ action, path }: Endpoint, who: Who | null, org: string): 'in' | 401 | 403 | 404 {
  if (isOpenAction(action)) return 'in'
  if (who === null) return 401
  if (action === 'self') return 'in'
  const roles = who === 'neighbour' ? [] : [who as Role]
  const isPlatform = who === 'support' || who === 'platformAdmin'
  if (!path.includes(':org')) return roleAllows(isPlatform ? roles : [], action as PlatformAction) ? 'in' : 403
  const isMember = isPlatform || org === (who === 'neighbour' ? OTHER_ORG : ORG)
  if (!isMember) return 404
  return roleAllows(who === 'neighbour' ? ['operator'] : roles, action as OrgAction) ? 'in' : 403
}

const addressOf = ({ path }: Endpoint, things: Things, org: string): string =>
  path
    .replace(':org', org)
    .replace(':productKey', things.productKey)
    .replace(':deviceId', things.deviceId)
    .replace(':firmwareId', things.firmwareId)
    .replace(':jobId', things.jobId)
    // nobody's preview
    .replace(':handle', things.jobId)
    .replace(':listId', things.listId)
    .replace(':policyId', things.policyId)
    .replace(':uploadId', things.uploadId)
    .replace(':token', 'forged')

/** Changes nothing of what it is asked about, so that all of these may be asked about the same. */
const isRead = ({ method }: Endpoint): boolean => method === 'GET' || method === 'HEAD'

const needsThing = ({ path }: Endpoint) => /:(?!org|token)\w+Id|:productKey/.test(path)

describe.each(databases)('the role matrix on %s', (database) => {
  let harness: Harness
  /** What is only read, by organisation. */
  let kept: Readonly<Record<typeof ORG | typeof OTHER_ORG, Things>>
  beforeAll(async () => {
    harness = await startHarness({ database })
    kept = { [ORG]: await makeThings(harness, ORG), [OTHER_ORG]: await makeThings(harness, OTHER_ORG) }
  })
  afterAll(() => harness.close())

  /** Made afresh where the endpoint could change them. */
  const thingsFor = async (endpoint: Endpoint, org: keyof typeof kept): Promise<Things> =>
    isRead(endpoint) ? kept[org] : makeThings(harness, org)

  /** Status and title; a stream is left as soon as it has answered. */
  async function call(who: Who | null, endpoint: Endpoint, name: string, things: Things, org: string) {
    const row = (ROWS[name] as Row)(things)
    const url = addressOf(endpoint, things, org)
    const request = { ...row, method: endpoint.method, url } as InjectOptions
    if (endpoint.kind !== 'stream') return harness.send(who, request)
    const answer = await harness.send(who, { ...request, payloadAsStream: true })
    answer.stream().destroy()
    return answer
  }

  test.each([...endpoints])('%s answers each role as the rights table says', async (name, endpoint) => {
    const own = await thingsFor(endpoint, ORG)
    const foreign = await thingsFor(endpoint, OTHER_ORG)
    for (const who of [null, ...EVERYONE])
      for (const [things, org] of [
        [own, ORG],
        [foreign, OTHER_ORG],
      ] as const) {
        const { statusCode } = await call(who, endpoint, name, things, org)
        const verdict = expected(endpoint, who, org)
        const about = `${who ?? 'nobody'} in ${org}`
        if (verdict !== 'in') expect(statusCode, about).toBe(verdict)
        else if (!REFUSES_ITSELF.has(name)) expect([401, 403], about).not.toContain(statusCode)
        if (name === 'session.signOut') harness.forget()
      }
  })

  const withThing = [...endpoints].filter(([, endpoint]) => endpoint.path.includes(':org') && needsThing(endpoint))
  test.each(withThing)('%s does not find a thing of another organisation', async (name, endpoint) => {
    const foreign = await thingsFor(endpoint, OTHER_ORG)
    for (const who of EVERYONE.filter((one) => expected(endpoint, one, ORG) === 'in')) {
      const { statusCode } = await call(who, endpoint, name, foreign, ORG)
      expect(statusCode, who).toBe(404)
    }
  })

  test.each(withThing)('%s finds one of its own', async (name, endpoint) => {
    for (const who of EVERYONE.filter((one) => expected(endpoint, one, ORG) === 'in')) {
      const { statusCode } = await call(who, endpoint, name, await thingsFor(endpoint, ORG), ORG)
      expect([200, 201, 204, 409], who).toContain(statusCode)
    }
  })
})

test('every right of the table is asked for by an endpoint, or belongs to a later one', () => {
  const asked = new Set([...endpoints.values()].map(({ action }) => action as string))
  const later = ['org.manage']
  expect(Object.keys(RIGHTS).filter((action) => !asked.has(action))).toEqual(later)
})
