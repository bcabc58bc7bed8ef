import type { InjectOptions } from 'fastify'

import type { Endpoint } from '#contract/endpoint.ts'
import { endpoints } from '#contract/index.ts'
import { isOpenAction, roleAllows, type OrgAction, type PlatformAction, type Role } from '#contract/rights.ts'

import { ORG, OTHER_ORG, type Who } from '../server/harness.ts'
import { FILE, type Things } from '../server/manage-world.ts'

/** Things that an endpoint can be asked about. */
export type Asked = Omit<Things, 'org' | 'orgId'>

/** What an endpoint is called with, so that only a right can keep it from working. */
export type Row = (things: Asked) => Pick<InjectOptions, 'payload' | 'headers' | 'query'>

const TUS = { 'tus-resumable': '1.0.0' }
const plain: Row = () => ({})
const scope = { versions: [], deviceKeys: [] }

/** One row for each endpoint: a new one without a row fails the role matrix. */
export const ROWS: Readonly<Record<string, Row>> = {
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

/** What the rights table says about one person who calls an endpoint of one organisation. */
export function verdictOn({ action, path }: Endpoint, who: Who | null, org: string): 'in' | 401 | 403 | 404 {
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

/** Where the endpoint is asked about these things, as if they were the organisation's. */
export const addressOf = ({ path }: Endpoint, things: Asked, org: string): string =>
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
export const isRead = ({ method }: Endpoint): boolean => method === 'GET' || method === 'HEAD'

const needsThing = ({ path }: Endpoint) => /:(?!org|token)\w+Id|:productKey/.test(path)

/** Endpoints of an organisation that name one of its things, by their names in the contract. */
export const WITH_THING = [...endpoints].filter(
  ([, endpoint]) => endpoint.path.includes(':org') && needsThing(endpoint),
)
