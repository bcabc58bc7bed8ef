import type { Case } from './case.ts'
import { NOBODY, ORG, OTHER_PRODUCT, PRODUCT, type Scene } from './scene.ts'

const params = { org: ORG }
const device = (name: string) => (scene: Scene) => ({ params: { org: ORG, deviceId: scene.id(name) } })
const unknown = { params: { org: ORG, deviceId: NOBODY } }

export const deviceCases: Case[] = [
  { sentence: 'lists devices', endpoint: 'devices.list', as: 'viewer', input: { params } },
  { sentence: 'lists devices backwards', endpoint: 'devices.list', input: { params, query: { order: 'desc' } } },
  {
    sentence: 'lists devices by the beginning of their key',
    endpoint: 'devices.list',
    input: { params, query: { q: 'offline' } },
  },
  {
    sentence: 'lists devices that are online',
    endpoint: 'devices.list',
    input: { params, query: { connection: 'online' } },
  },
  { sentence: 'lists devices of a version', endpoint: 'devices.list', input: { params, query: { version: '1.1.0' } } },
  {
    sentence: 'lists devices of a product and a version',
    endpoint: 'devices.list',
    input: { params, query: { product: PRODUCT, version: '1.0.0' } },
  },
  { sentence: 'begins with the first page', endpoint: 'devices.list', input: { params, query: { limit: '2' } } },
  {
    sentence: 'goes on to the next page',
    endpoint: 'devices.list',
    input: async (scene) => {
      const page = await scene.must<{ nextCursor: string }>('viewer', 'devices.list', { params, query: { limit: '2' } })
      return { params, query: { limit: '2', cursor: page.nextCursor } }
    },
  },
  {
    sentence: 'goes back to the page before',
    endpoint: 'devices.list',
    input: async (scene) => {
      const query = { limit: '2', cursor: 'last' }
      const page = await scene.must<{ prevCursor: string }>('viewer', 'devices.list', { params, query })
      return { params, query: { limit: '2', cursor: page.prevCursor } }
    },
  },
  {
    sentence: 'jumps to the last page',
    endpoint: 'devices.list',
    input: { params, query: { limit: '3', cursor: 'last' } },
  },
  {
    sentence: 'refuses a page of 201',
    endpoint: 'devices.list',
    input: { params, query: { limit: '201' } },
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'refuses a cursor of another list',
    endpoint: 'devices.list',
    input: { params, query: { cursor: 'WyJhZnRlciJd' } },
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'refuses a cursor with a character that no key has',
    endpoint: 'devices.list',
    input: { params, query: { cursor: btoa(String.raw`["after","deviceKey","a\u0000b","${NOBODY}"]`) } },
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'counts no versions of another organisation',
    endpoint: 'devices.versions',
    input: { params: { org: 'nea' } },
    refusal: [404, 'not_found'],
  },
  { sentence: 'counts versions in the field', endpoint: 'devices.versions', as: 'support', input: { params } },
  {
    sentence: 'counts versions of a product',
    endpoint: 'devices.versions',
    input: { params, query: { product: PRODUCT } },
  },
  {
    sentence: 'registers a device',
    endpoint: 'devices.create',
    input: { params, body: { productKey: PRODUCT, deviceKey: 'new-1', name: 'New', tags: { block: '12' } } },
  },
  {
    sentence: 'refuses a tag with half of a character',
    endpoint: 'devices.create',
    input: { params, body: { productKey: PRODUCT, deviceKey: 'half-1', tags: { block: 'Blk \ud83d' } } },
    refusal: [400, 'invalid_request'],
  },
  { sentence: 'lists devices of a tag', endpoint: 'devices.list', input: { params, query: { tag: 'block' } } },
  {
    sentence: 'lists devices of a tag’s value',
    endpoint: 'devices.list',
    input: { params, query: { tag: 'block=12', product: PRODUCT } },
  },
  { sentence: 'lists no device of another', endpoint: 'devices.list', input: { params, query: { tag: 'block=1' } } },
  {
    sentence: 'lists no device as missed that was there today',
    endpoint: 'devices.list',
    input: { params, query: { unseenDays: '1' } },
  },
  {
    sentence: 'refuses to look for devices not seen for no day',
    endpoint: 'devices.list',
    input: { params, query: { unseenDays: '0' } },
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'refuses a key that the product already has',
    endpoint: 'devices.create',
    input: { params, body: { productKey: PRODUCT, deviceKey: 'online-1' } },
    refusal: [409, 'taken'],
  },
  {
    sentence: 'registers no device of another organisation’s product',
    endpoint: 'devices.create',
    input: { params, body: { productKey: OTHER_PRODUCT, deviceKey: 'mine-1' } },
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'refuses a key that topics cannot carry',
    endpoint: 'devices.create',
    input: { params, body: { productKey: PRODUCT, deviceKey: 'a/b#c' } },
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'refuses a name of two lines, beside its field',
    endpoint: 'devices.create',
    input: { params, body: { productKey: PRODUCT, deviceKey: 'new-3', name: 'Lobby\nmeter' } },
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'looks for nothing with a control character',
    endpoint: 'devices.list',
    input: { params, query: { q: 'lobby\0meter' } },
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'lets no approver register a device',
    endpoint: 'devices.create',
    as: 'approver',
    input: { params, body: { productKey: PRODUCT, deviceKey: 'new-2' } },
    refusal: [403, 'forbidden'],
  },
  { sentence: 'shows a device', endpoint: 'devices.view', as: 'viewer', input: device('online-1') },
  { sentence: 'shows a device that never reported', endpoint: 'devices.view', input: device('mute-1') },
  {
    sentence: 'hides a device of another organisation',
    endpoint: 'devices.view',
    input: device('gauge-1'),
    refusal: [404, 'not_found'],
  },
  { sentence: 'misses a device', endpoint: 'devices.view', input: unknown, refusal: [404, 'not_found'] },
  {
    sentence: 'refuses an id that is none',
    endpoint: 'devices.view',
    input: { params: { org: ORG, deviceId: 'seven' } },
    refusal: [400, 'invalid_request'],
  },
  { sentence: 'disables a device', endpoint: 'devices.disable', input: device('offline-1') },
  { sentence: 'disables it once', endpoint: 'devices.disable', input: device('offline-1') },
  { sentence: 'shows that it is disabled', endpoint: 'devices.view', input: device('offline-1') },
  {
    sentence: 'lets no viewer disable a device',
    endpoint: 'devices.disable',
    as: 'viewer',
    input: device('offline-1'),
    refusal: [403, 'forbidden'],
  },
  { sentence: 'enables a device', endpoint: 'devices.enable', input: device('offline-1') },
  {
    sentence: 'enables no device that is none',
    endpoint: 'devices.enable',
    input: unknown,
    refusal: [404, 'not_found'],
  },
  { sentence: 'tells a device’s history', endpoint: 'devices.history', input: device('offline-1') },
  {
    sentence: 'tells no history of a device that is none',
    endpoint: 'devices.history',
    input: unknown,
    refusal: [404, 'not_found'],
  },
  { sentence: 'has nothing to explain without a job', endpoint: 'devices.why', input: device('offline-1') },
  {
    sentence: 'explains nothing of a device that is none',
    endpoint: 'devices.why',
    input: unknown,
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'says that a device is offline',
    endpoint: 'devices.why',
    input: async (scene) => {
      const firmware = await scene.firmware(5)
      await scene.job(firmware.id, ['offline-1'], { start: true })
      return device('offline-1')(scene)
    },
  },
  {
    sentence: 'says that a job is stopped',
    endpoint: 'devices.why',
    input: async (scene) => {
      const firmware = await scene.firmware(6)
      const job = await scene.job(firmware.id, ['offline-2'])
      return { ...device('offline-2')(scene), query: { job: job.id } }
    },
  },
  {
    sentence: 'explains nothing of a job that is none',
    endpoint: 'devices.why',
    input: (scene) => ({ ...device('offline-1')(scene), query: { job: NOBODY } }),
    refusal: [404, 'not_found'],
  },
]
