import type { Case } from './case.ts'
import { NOBODY, ORG, type Scene } from './scene.ts'

const unknown = { params: { org: ORG, jobId: NOBODY } }
const job = (name: string) => (scene: Scene) => ({ params: { org: ORG, jobId: scene.id(name) } })
const tasks = (name: string, query: Record<string, string>) => (scene: Scene) => ({ ...job(name)(scene), query })
const act = (name: string, body: object) => (scene: Scene) => ({ ...job(name)(scene), body })
const all = (status: string) => ({ all: true, status })

/** A started job for one device that is online: it is pushed to at once. */
const begun =
  (name: string, n: number, deviceKey: string, then?: (scene: Scene, deviceId: string) => Promise<void>) =>
  async (scene: Scene) => {
    const deviceId = await scene.device(deviceKey, { version: '1.0.0', stays: true })
    const firmware = await scene.firmware(n)
    scene.ids[name] = (await scene.job(firmware.id, [deviceKey], { name, start: true })).id
    await then?.(scene, deviceId)
    return job(name)(scene)
  }

const reports =
  (...steps: number[]) =>
  async ({ backend }: Scene, deviceId: string) => {
    for (const step of steps) await backend.progresses(deviceId, step)
  }

const FAILURES = { undefined: -1, download: -2, verification: -3, writing: -4, refused: -5 } as const

const states: Case[] = [
  { sentence: 'shows a device that was pushed to', endpoint: 'jobs.tasks', input: begun('pushed', 40, 'pushed-1') },
  {
    sentence: 'shows a device under way',
    endpoint: 'jobs.tasks',
    input: begun('under', 41, 'under-1', reports(0, 40)),
  },
  { sentence: 'counts it', endpoint: 'jobs.view', input: job('under') },
  {
    sentence: 'shows a device that waits for its restart',
    endpoint: 'jobs.tasks',
    input: begun('installed', 42, 'installed-1', reports(50, 100)),
  },
  {
    sentence: 'shows a device that reported the new version',
    endpoint: 'jobs.tasks',
    input: begun('done', 43, 'done-1', async (scene, deviceId) => {
      await reports(100)(scene, deviceId)
      await scene.backend.informs(deviceId, '43.0.0', true)
    }),
  },
  { sentence: 'has completed the job', endpoint: 'jobs.view', input: job('done') },
  {
    sentence: 'shows a device that reported a third version',
    endpoint: 'jobs.tasks',
    input: begun('third', 44, 'third-1', ({ backend }, deviceId) => backend.informs(deviceId, '9.9.9', true)),
  },
  ...Object.entries(FAILURES).map(([kind, code], n): Case => ({
    sentence: `shows a device that failed: ${kind}`,
    endpoint: 'jobs.tasks',
    input: begun(`failed-${kind}`, 50 + n, `failed-${kind}-1`, reports(10, code)),
  })),
]

const bulk: Case[] = [
  {
    sentence: 'shows devices that wait, and why',
    endpoint: 'jobs.tasks',
    as: 'viewer',
    input: async (scene) => {
      const firmware = await scene.firmware(60)
      scene.ids['waiting'] = (
        await scene.job(firmware.id, ['offline-1', 'offline-2'], { name: 'waiting', start: true })
      ).id
      return job('waiting')(scene)
    },
  },
  {
    sentence: 'finds a device by the beginning of its key',
    endpoint: 'jobs.tasks',
    input: tasks('waiting', { q: 'offline-2' }),
  },
  { sentence: 'finds devices by their state', endpoint: 'jobs.tasks', input: tasks('waiting', { status: 'failed' }) },
  { sentence: 'pages devices', endpoint: 'jobs.tasks', input: tasks('waiting', { limit: '1' }) },
  {
    sentence: 'refuses a state that is none',
    endpoint: 'jobs.tasks',
    input: tasks('waiting', { status: 'lost' }),
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'shows no devices of a job that is none',
    endpoint: 'jobs.tasks',
    input: unknown,
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'refuses to retry what has not failed',
    endpoint: 'jobs.retry',
    input: act('waiting', all('init')),
    refusal: [409, 'nothing_to_retry'],
  },
  {
    sentence: 'cancels one device',
    endpoint: 'jobs.cancel',
    input: (scene) => act('waiting', { deviceIds: [scene.id('offline-1')] })(scene),
  },
  {
    sentence: 'cancels it once',
    endpoint: 'jobs.cancel',
    input: (scene) => act('waiting', { deviceIds: [scene.id('offline-1')] })(scene),
    refusal: [409, 'nothing_to_cancel'],
  },
  { sentence: 'retries what a person cancelled', endpoint: 'jobs.retry', input: act('waiting', all('skipped')) },
  { sentence: 'cancels all that wait', endpoint: 'jobs.cancel', input: act('waiting', all('init')) },
  { sentence: 'has completed the job of which all is cancelled', endpoint: 'jobs.view', input: job('waiting') },
  {
    sentence: 'cancels nothing in a job that is over',
    endpoint: 'jobs.cancel',
    input: act('waiting', all('init')),
    refusal: [409, 'job_over'],
  },
  { sentence: 'cancels a device that was pushed to', endpoint: 'jobs.cancel', input: act('pushed', all('published')) },
  {
    sentence: 'cancels no device under way',
    endpoint: 'jobs.cancel',
    input: act('under', all('upgrading')),
    refusal: [409, 'nothing_to_cancel'],
  },
  { sentence: 'retries a device that failed', endpoint: 'jobs.retry', input: act('failed-download', all('failed')) },
  { sentence: 'goes on with the job', endpoint: 'jobs.view', input: job('failed-download') },
  { sentence: 'lets the device settle first', endpoint: 'jobs.tasks', input: job('failed-download') },
  {
    sentence: 'retries nothing where nothing failed',
    endpoint: 'jobs.retry',
    input: act('done', all('failed')),
    refusal: [409, 'nothing_to_retry'],
  },
  {
    sentence: 'retries nothing in a stopped job',
    endpoint: 'jobs.retry',
    input: async (scene) => {
      await scene.must('operator', 'jobs.stop', job('failed-download')(scene))
      return act('failed-download', all('failed'))(scene)
    },
    refusal: [409, 'not_running'],
  },
  {
    sentence: 'refuses a selection of nothing',
    endpoint: 'jobs.cancel',
    input: act('under', { deviceIds: [] }),
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'lets no approver cancel',
    endpoint: 'jobs.cancel',
    as: 'approver',
    input: act('under', all('init')),
    refusal: [403, 'forbidden'],
  },
  {
    sentence: 'lets no viewer retry',
    endpoint: 'jobs.retry',
    as: 'viewer',
    input: act('under', all('failed')),
    refusal: [403, 'forbidden'],
  },
  {
    sentence: 'cancels in no job that is none',
    endpoint: 'jobs.cancel',
    input: { ...unknown, body: all('init') },
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'retries in no job that is none',
    endpoint: 'jobs.retry',
    input: { ...unknown, body: all('failed') },
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'tells what happened to the device',
    endpoint: 'devices.history',
    input: (scene) => ({ params: { org: ORG, deviceId: scene.id('done-1') } }),
  },
]

const verification: Case[] = [
  {
    sentence: 'has verified a firmware once a chosen device runs it',
    endpoint: 'firmware.view',
    input: async (scene) => {
      const deviceId = await scene.device('trial-1', { version: '1.0.0', stays: true })
      const { id } = await scene.firmware(70, { verification: { required: true, maxDevices: 1, minSuccess: 1 } })
      await scene.job(id, ['trial-1'], { type: 'verify', start: true })
      await reports(100)(scene, deviceId)
      await scene.backend.informs(deviceId, '70.0.0', true)
      return { params: { org: ORG, firmwareId: id } }
    },
  },
  {
    sentence: 'has found a firmware bad once its chosen device failed',
    endpoint: 'firmware.view',
    input: async (scene) => {
      const deviceId = await scene.device('trial-2', { version: '1.0.0', stays: true })
      const { id } = await scene.firmware(71, { verification: { required: true, maxDevices: 1, minSuccess: 1 } })
      await scene.job(id, ['trial-2'], { type: 'verify', start: true })
      await reports(30, -3)(scene, deviceId)
      return { params: { org: ORG, firmwareId: id } }
    },
  },
  {
    sentence: 'refuses an upgrade with it',
    endpoint: 'jobs.create',
    input: (scene) => ({
      params: { org: ORG },
      body: {
        type: 'upgrade',
        firmwareId: scene.id('firmware-71'),
        name: 'bad',
        scope: { deviceKeys: ['offline-1'] },
        start: true,
      },
    }),
    refusal: [409, 'firmware_not_verified'],
  },
]

export const taskCases: Case[] = [...states, ...bulk, ...verification]
