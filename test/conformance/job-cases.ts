import type { Case } from './case.ts'
import { NOBODY, ORG, OTHER_ORG, type Scene } from './scene.ts'

const params = { org: ORG }
const unknown = { params: { org: ORG, jobId: NOBODY } }
/** The job that an earlier case kept under this name. */
const job = (name: string) => (scene: Scene) => ({ params: { org: ORG, jobId: scene.id(name) } })

/** Makes a job of a firmware of its own and keeps its id under `name`. */
async function make(scene: Scene, name: string, n: number, deviceKeys: string[], extra: object = {}): Promise<void> {
  const firmware = await scene.firmware(n)
  scene.ids[name] = (await scene.job(firmware.id, deviceKeys, { name, ...extra })).id
}

const making =
  (name: string, n: number, deviceKeys: string[], extra: object = {}) =>
  async (scene: Scene) => {
    await make(scene, name, n, deviceKeys, extra)
    return job(name)(scene)
  }

/** A creation for an existing firmware. */
const creation = (body: object) => (scene: Scene) => ({
  params,
  body: { type: 'upgrade', firmwareId: scene.id('firmware-20'), name: 'rollout', scope: {}, ...body },
})

const previewOf =
  (scope: object, extra: object = {}) =>
  (scene: Scene) => ({
    params,
    body: { type: 'upgrade', firmwareId: scene.id('firmware-20'), scope, ...extra },
  })

const previews: Case[] = [
  {
    sentence: 'previews a job for every device',
    endpoint: 'jobs.preview',
    as: 'viewer',
    input: async (scene) => {
      await scene.firmware(20)
      await scene.firmware(21, { verification: { required: true, maxDevices: 2, minSuccess: 1 } })
      return previewOf({})(scene)
    },
  },
  { sentence: 'previews a job for some versions', endpoint: 'jobs.preview', input: previewOf({ versions: ['1.1.0'] }) },
  {
    sentence: 'previews a job for named devices, one of which is unknown',
    endpoint: 'jobs.preview',
    input: previewOf({ deviceKeys: ['online-1', 'offline-1', 'mute-1', 'stranger-1'] }),
  },
  {
    sentence: 'warns that the firmware is not verified',
    endpoint: 'jobs.preview',
    input: (scene) => previewOf({}, { firmwareId: scene.id('firmware-21') })(scene),
  },
  {
    sentence: 'warns of too many devices for a verification, each counted once',
    endpoint: 'jobs.preview',
    input: (scene) =>
      previewOf(
        { deviceKeys: ['online-1', 'offline-1', 'offline-1', 'offline-2'] },
        { type: 'verify', firmwareId: scene.id('firmware-21') },
      )(scene),
  },
  {
    sentence: 'warns of devices that would go back to an older version',
    endpoint: 'jobs.preview',
    input: async (scene) => {
      const { id } = await scene.firmware(23, { version: '0.9.0' })
      return previewOf({}, { firmwareId: id })(scene)
    },
  },
  {
    sentence: 'warns that the firmware is deleted',
    endpoint: 'jobs.preview',
    input: async (scene) => {
      const { id } = await scene.firmware(22)
      await scene.must('operator', 'firmware.delete', { params: { org: ORG, firmwareId: id } })
      return previewOf({}, { firmwareId: id })(scene)
    },
  },
  {
    sentence: 'previews no job of a firmware that is none',
    endpoint: 'jobs.preview',
    input: { params, body: { type: 'upgrade', firmwareId: NOBODY, scope: {} } },
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'refuses a device key that is none',
    endpoint: 'jobs.preview',
    input: previewOf({ deviceKeys: ['x'] }),
    refusal: [400, 'invalid_request'],
  },
]

const creations: Case[] = [
  {
    sentence: 'creates a stopped job',
    endpoint: 'jobs.create',
    input: creation({ scope: { deviceKeys: ['offline-1'] } }),
  },
  {
    sentence: 'creates a started job',
    endpoint: 'jobs.create',
    input: creation({
      name: 'begun',
      scope: { versions: ['1.1.0'] },
      start: true,
      policy: { concurrency: 5, timeoutSeconds: 600, halt: null },
    }),
  },
  {
    sentence: 'refuses a job that reaches nobody',
    endpoint: 'jobs.create',
    input: creation({ scope: { versions: ['0.0.1'] } }),
    refusal: [409, 'no_devices'],
  },
  {
    sentence: 'refuses a job of deleted firmware',
    endpoint: 'jobs.create',
    input: (scene) => creation({ firmwareId: scene.id('firmware-22') })(scene),
    refusal: [409, 'firmware_deleted'],
  },
  {
    sentence: 'counts a device that is named twice once',
    endpoint: 'jobs.create',
    input: (scene) =>
      creation({
        type: 'verify',
        name: 'twice',
        firmwareId: scene.id('firmware-21'),
        scope: { deviceKeys: ['offline-1', 'offline-1', 'offline-2'] },
      })(scene),
  },
  {
    sentence: 'refuses to start an upgrade with firmware that is not verified',
    endpoint: 'jobs.create',
    input: (scene) => creation({ firmwareId: scene.id('firmware-21'), start: true })(scene),
    refusal: [409, 'firmware_not_verified'],
  },
  {
    sentence: 'refuses a verification of no chosen device',
    endpoint: 'jobs.create',
    input: (scene) => creation({ type: 'verify', firmwareId: scene.id('firmware-21') })(scene),
    refusal: [409, 'no_devices_chosen'],
  },
  {
    sentence: 'refuses a verification of too many devices',
    endpoint: 'jobs.create',
    input: (scene) =>
      creation({
        type: 'verify',
        firmwareId: scene.id('firmware-21'),
        scope: { deviceKeys: ['online-1', 'offline-1', 'offline-2'] },
      })(scene),
    refusal: [409, 'too_many_devices'],
  },
  {
    sentence: 'refuses a verification of fewer devices than have to succeed',
    endpoint: 'jobs.create',
    input: async (scene) => {
      const { id } = await scene.firmware(27, { verification: { required: true, maxDevices: 5, minSuccess: 2 } })
      return creation({ type: 'verify', firmwareId: id, scope: { deviceKeys: ['offline-1'] } })(scene)
    },
    refusal: [409, 'too_few_devices'],
  },
  {
    sentence: 'creates a verification',
    endpoint: 'jobs.create',
    input: (scene) =>
      creation({
        type: 'verify',
        firmwareId: scene.id('firmware-21'),
        name: 'try',
        scope: { deviceKeys: ['offline-1'] },
        start: true,
      })(scene),
  },
  {
    sentence: 'shows that the firmware is being verified',
    endpoint: 'firmware.view',
    input: (scene) => ({ params: { org: ORG, firmwareId: scene.id('firmware-21') } }),
  },
  {
    sentence: 'refuses a timeout of a minute',
    endpoint: 'jobs.create',
    input: creation({ policy: { timeoutSeconds: 60 } }),
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'refuses a job without a name',
    endpoint: 'jobs.create',
    input: creation({ name: ' ' }),
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'refuses a job of no firmware',
    endpoint: 'jobs.create',
    input: creation({ firmwareId: NOBODY }),
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'lets no viewer create a job',
    endpoint: 'jobs.create',
    as: 'viewer',
    input: { params, body: {} },
    refusal: [403, 'forbidden'],
  },
  { sentence: 'lists jobs', endpoint: 'jobs.list', as: 'viewer', input: { params } },
  { sentence: 'lists jobs by name', endpoint: 'jobs.list', input: { params, query: { sort: 'name', limit: '2' } } },
  {
    sentence: 'lists jobs that are started',
    endpoint: 'jobs.list',
    input: { params, query: { state: 'started', type: 'upgrade' } },
  },
  {
    sentence: 'lists the jobs of a firmware',
    endpoint: 'jobs.list',
    input: (scene) => ({ params, query: { firmware: scene.id('firmware-20'), q: 'ro' } }),
  },
  {
    sentence: 'refuses a state that is none',
    endpoint: 'jobs.list',
    input: { params, query: { state: 'paused' } },
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'lists no jobs of another organisation',
    endpoint: 'jobs.list',
    input: { params: { org: OTHER_ORG } },
    refusal: [404, 'not_found'],
  },
]

const acts: Case[] = [
  { sentence: 'shows a job', endpoint: 'jobs.view', input: making('life', 30, ['offline-1', 'offline-2']) },
  { sentence: 'misses a job', endpoint: 'jobs.view', input: unknown, refusal: [404, 'not_found'] },
  {
    sentence: 'lets no viewer start a job',
    endpoint: 'jobs.start',
    as: 'viewer',
    input: job('life'),
    refusal: [403, 'forbidden'],
  },
  {
    sentence: 'lets no approver start a job',
    endpoint: 'jobs.start',
    as: 'approver',
    input: job('life'),
    refusal: [403, 'forbidden'],
  },
  { sentence: 'starts a job', endpoint: 'jobs.start', input: job('life') },
  { sentence: 'starts it once', endpoint: 'jobs.start', input: job('life'), refusal: [409, 'already_started'] },
  { sentence: 'starts no job that is none', endpoint: 'jobs.start', input: unknown, refusal: [404, 'not_found'] },
  { sentence: 'keeps a running job', endpoint: 'jobs.delete', input: job('life'), refusal: [409, 'job_running'] },
  { sentence: 'lets an approver stop a job', endpoint: 'jobs.stop', as: 'approver', input: job('life') },
  { sentence: 'stops it once', endpoint: 'jobs.stop', input: job('life'), refusal: [409, 'already_stopped'] },
  {
    sentence: 'lets no support officer stop a job',
    endpoint: 'jobs.stop',
    as: 'support',
    input: job('life'),
    refusal: [403, 'forbidden'],
  },
  { sentence: 'ends a job', endpoint: 'jobs.end', input: job('life') },
  { sentence: 'ends it once', endpoint: 'jobs.end', input: job('life'), refusal: [409, 'job_over'] },
  { sentence: 'starts it no more', endpoint: 'jobs.start', input: job('life'), refusal: [409, 'job_over'] },
  { sentence: 'stops it no more', endpoint: 'jobs.stop', input: job('life'), refusal: [409, 'not_running'] },
  { sentence: 'has skipped its devices', endpoint: 'jobs.tasks', input: job('life') },
  { sentence: 'tells what happened to a job', endpoint: 'jobs.timeline', input: job('life') },
  {
    sentence: 'tells nothing of a job that is none',
    endpoint: 'jobs.timeline',
    input: unknown,
    refusal: [404, 'not_found'],
  },
  { sentence: 'deletes a job', endpoint: 'jobs.delete', input: job('life') },
  { sentence: 'has it no more', endpoint: 'jobs.view', input: job('life'), refusal: [404, 'not_found'] },
  { sentence: 'deletes no job that is none', endpoint: 'jobs.delete', input: unknown, refusal: [404, 'not_found'] },
  { sentence: 'ends no job that is none', endpoint: 'jobs.end', input: unknown, refusal: [404, 'not_found'] },
]

export const jobCases: Case[] = [...previews, ...creations, ...acts]
