import type { Device } from '#contract/manage/devices.ts'
import type { Job } from '#contract/manage/jobs.ts'
import type { Product } from '#contract/manage/products.ts'

import type { Case } from './case.ts'
import { NOBODY, ORG, OTHER_PRODUCT, PRODUCT, type Scene } from './scene.ts'

const params = { org: ORG }
const device = (name: string) => (scene: Scene) => ({ params: { org: ORG, deviceId: scene.id(name) } })
const unknown = { params: { org: ORG, deviceId: NOBODY } }
const LAMP = 'ConformLampX'
const lamp = { org: ORG, productKey: LAMP }
const stored = (scene: Scene, name: string) => scene.must<Device>('operator', 'devices.view', device(name)(scene))

/** A job with an open list for devices of a site; its devices are told apart by their tag. */
const openJob = (scene: Scene, firmwareId: string, site: string): Promise<Job> =>
  scene.job(firmwareId, [], {
    name: `for ${site}`,
    scope: { tags: { site: [site] } },
    policy: { list: 'incremental' },
    start: true,
  })

const taskOf = ({ id }: { id: string }) => ({ params: { org: ORG, jobId: id }, query: {} })

/** In the order in which they are told: a later one finds what an earlier one did. */
export const registryCases: Case[] = [
  {
    sentence: 'edits a device',
    endpoint: 'devices.update',
    input: async (scene) => {
      const { version } = await stored(scene, 'offline-1')
      return { ...device('offline-1')(scene), body: { name: 'Roof', tags: { site: 'north' }, version } }
    },
  },
  {
    sentence: 'keeps of a device what is not given',
    endpoint: 'devices.update',
    input: async (scene) => {
      const { version } = await stored(scene, 'offline-1')
      return { ...device('offline-1')(scene), body: { attributes: { floor: '12' }, version } }
    },
  },
  {
    sentence: 'refuses an edit of a device that someone else changed first',
    endpoint: 'devices.update',
    input: (scene) => ({ ...device('offline-1')(scene), body: { name: 'Late', version: 1 } }),
    refusal: [409, 'stale'],
  },
  {
    sentence: 'refuses a tag whose value ends with a space',
    endpoint: 'devices.update',
    input: (scene) => ({ ...device('offline-1')(scene), body: { tags: { site: 'north ' }, version: 3 } }),
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'lets no viewer edit a device',
    endpoint: 'devices.update',
    as: 'viewer',
    input: (scene) => ({ ...device('offline-1')(scene), body: { name: 'Mine', version: 1 } }),
    refusal: [403, 'forbidden'],
  },
  {
    sentence: 'edits no device of another organisation',
    endpoint: 'devices.update',
    input: (scene) => ({ ...device('gauge-1')(scene), body: { name: 'Mine', version: 1 } }),
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'joins a device to an open job at once when its tags come to match',
    endpoint: 'jobs.tasks',
    input: async (scene) => {
      const firmware = await scene.firmware(60)
      const job = await openJob(scene, firmware.id, 'roof')
      scene.ids['job for roof'] = job.id
      const { version } = await stored(scene, 'offline-1')
      const body = { tags: { site: 'roof' }, version }
      await scene.must('operator', 'devices.update', { ...device('offline-1')(scene), body })
      await scene.backend.settled()
      return taskOf(job)
    },
  },
  ...[
    { sentence: 'lets a device that waits in an open job go when its tags are edited away', site: 'cellar' },
    { sentence: 'takes it back when they are edited to match again', site: 'roof' },
  ].map(({ sentence, site }) => ({
    sentence,
    endpoint: 'jobs.tasks',
    input: async (scene: Scene) => {
      const { version } = await stored(scene, 'offline-1')
      const body = { tags: { site }, version }
      await scene.must('operator', 'devices.update', { ...device('offline-1')(scene), body })
      await scene.backend.settled()
      return taskOf({ id: scene.id('job for roof') })
    },
  })),
  {
    sentence: 'joins a disabled device only when it is enabled again, and then at once',
    endpoint: 'jobs.tasks',
    input: async (scene) => {
      const job = await openJob(scene, scene.id('firmware-60'), 'yard')
      const { version } = await stored(scene, 'offline-2')
      await scene.must('operator', 'devices.disable', device('offline-2')(scene))
      const body = { tags: { site: 'yard' }, version: version + 1 }
      await scene.must('operator', 'devices.update', { ...device('offline-2')(scene), body })
      await scene.must('operator', 'devices.enable', device('offline-2')(scene))
      await scene.backend.settled()
      return taskOf(job)
    },
  },
  {
    sentence: 'joins a device that was registered with the tag at its first report',
    endpoint: 'jobs.tasks',
    input: async (scene) => {
      const job = await openJob(scene, scene.id('firmware-60'), 'gate')
      const body = { productKey: PRODUCT, deviceKey: 'tagged-1', tags: { site: 'gate' } }
      const { id } = await scene.must<Device>('operator', 'devices.create', { params, body })
      scene.ids['tagged-1'] = id
      await scene.backend.informs(id, '1.0.0', false)
      return taskOf(job)
    },
  },
  { sentence: 'gives a device a new secret', endpoint: 'devices.resetSecret', input: device('offline-1') },
  {
    sentence: 'gives no secret to a device that is none',
    endpoint: 'devices.resetSecret',
    input: unknown,
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'lets an approver reset no secret',
    endpoint: 'devices.resetSecret',
    as: 'approver',
    input: device('online-1'),
    refusal: [403, 'forbidden'],
  },
  {
    sentence: 'resets no activation where the product allows none',
    endpoint: 'devices.resetActivation',
    input: device('offline-1'),
    refusal: [409, 'activation_not_allowed'],
  },
  {
    sentence: 'lets a device be activated once more',
    endpoint: 'devices.resetActivation',
    input: async (scene) => {
      const one = { org: ORG, productKey: PRODUCT }
      const { version } = await scene.must<Product>('operator', 'products.view', { params: one })
      await scene.must('operator', 'products.update', { params: one, body: { dynamicActivation: true, version } })
      return device('offline-1')(scene)
    },
  },
  {
    sentence: 'resets no activation that is still open',
    endpoint: 'devices.resetActivation',
    input: device('offline-1'),
    refusal: [409, 'not_activated'],
  },
  { sentence: 'finds nothing behind a device', endpoint: 'devices.subDevices', input: device('online-1') },
  {
    sentence: 'looks behind no device that is none',
    endpoint: 'devices.subDevices',
    input: unknown,
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'deletes no device while an upgrade is under way on it',
    endpoint: 'devices.delete',
    input: async (scene) => {
      await scene.device('busy-1', { version: '1.0.0', stays: true })
      await scene.job(scene.id('firmware-60'), ['busy-1'], { name: 'busy', start: true })
      return device('busy-1')(scene)
    },
    refusal: [409, 'device_busy'],
  },
  {
    sentence: 'lets no viewer delete a device',
    endpoint: 'devices.delete',
    as: 'viewer',
    input: device('mute-1'),
    refusal: [403, 'forbidden'],
  },
  { sentence: 'deletes a device', endpoint: 'devices.delete', input: device('tagged-1') },
  { sentence: 'finds it no longer', endpoint: 'devices.view', input: device('tagged-1'), refusal: [404, 'not_found'] },
  { sentence: 'deletes it once', endpoint: 'devices.delete', input: device('tagged-1'), refusal: [404, 'not_found'] },
  { sentence: 'still tells its history', endpoint: 'devices.history', as: 'viewer', input: device('tagged-1') },
  {
    sentence: 'tells its history to no other organisation',
    endpoint: 'devices.history',
    as: 'neighbour',
    input: (scene) => ({ params: { org: 'nea', deviceId: scene.id('tagged-1') } }),
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'retries nothing of a device that was deleted',
    endpoint: 'jobs.retry',
    input: async (scene) => {
      await scene.device('failing-1', { version: '1.0.0', stays: true })
      const job = await scene.job(scene.id('firmware-60'), ['failing-1', 'mute-2'], { name: 'failing', start: true })
      await scene.backend.progresses(scene.id('failing-1'), -2)
      await scene.must('operator', 'devices.delete', device('failing-1')(scene))
      return { params: { org: ORG, jobId: job.id }, body: { all: true, status: 'failed' } }
    },
    refusal: [409, 'device_deleted'],
  },
  {
    sentence: 'lets the key of a deleted device be registered again',
    endpoint: 'devices.create',
    input: { params, body: { productKey: PRODUCT, deviceKey: 'tagged-1' } },
  },
  {
    sentence: 'gives a product a new secret',
    endpoint: 'products.resetSecret',
    input: { params: { org: ORG, productKey: PRODUCT } },
  },
  {
    sentence: 'gives no secret to a product of another organisation',
    endpoint: 'products.resetSecret',
    input: { params: { org: ORG, productKey: OTHER_PRODUCT } },
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'deletes no product that has devices',
    endpoint: 'products.delete',
    input: { params: { org: ORG, productKey: PRODUCT } },
    refusal: [409, 'product_has_devices'],
  },
  {
    sentence: 'deletes no product whose firmware an unfinished job uses',
    endpoint: 'products.delete',
    input: async (scene) => {
      await scene.must('operator', 'products.create', { params, body: { name: 'Lamp', productKey: LAMP } })
      const firmware = await scene.firmware(61, { productKey: LAMP })
      const job = await scene.job(firmware.id, [], { name: 'lamps', policy: { list: 'incremental' } })
      scene.ids['lamps'] = job.id
      return { params: lamp }
    },
    refusal: [409, 'product_in_use'],
  },
  {
    sentence: 'lets no approver delete a product',
    endpoint: 'products.delete',
    as: 'approver',
    input: { params: lamp },
    refusal: [403, 'forbidden'],
  },
  {
    sentence: 'deletes a product with its firmware',
    endpoint: 'products.delete',
    input: async (scene) => {
      await scene.must('operator', 'jobs.start', { params: { org: ORG, jobId: scene.id('lamps') } })
      await scene.must('operator', 'jobs.end', { params: { org: ORG, jobId: scene.id('lamps') } })
      return { params: lamp }
    },
  },
  {
    sentence: 'finds the product no longer',
    endpoint: 'products.view',
    input: { params: lamp },
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'finds no firmware of it',
    endpoint: 'firmware.view',
    input: (scene) => ({ params: { org: ORG, firmwareId: scene.id('firmware-61') } }),
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'still shows its job by the product’s name',
    endpoint: 'jobs.view',
    input: (scene) => ({ params: { org: ORG, jobId: scene.id('lamps') } }),
  },
  {
    sentence: 'gives its key to nobody else',
    endpoint: 'products.create',
    as: 'neighbour',
    input: { params: { org: 'nea' }, body: { name: 'Lamp', productKey: LAMP } },
    refusal: [409, 'taken'],
  },
  { sentence: 'lists what is left', endpoint: 'products.list', input: { params } },
  {
    sentence: 'registers no device of a deleted product',
    endpoint: 'devices.create',
    input: { params, body: { productKey: LAMP, deviceKey: 'lamp-1' } },
    refusal: [404, 'not_found'],
  },
]
