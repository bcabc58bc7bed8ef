import type { Case } from './case.ts'
import { NOBODY, ORG, type Scene } from './scene.ts'

const unknown = { params: { org: ORG, jobId: NOBODY } }
const job = (name: string) => (scene: Scene) => ({ params: { org: ORG, jobId: scene.id(name) } })
const tasks = (name: string, query: Record<string, string>) => (scene: Scene) => ({ ...job(name)(scene), query })
const act = (name: string, body: object) => (scene: Scene) => ({ ...job(name)(scene), body })
const all = (status: string, failure?: string) => ({ all: true, status, ...(failure && { failure }) })

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

export const reports =
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
  {
    sentence: 'cancels none of a state that no device is in',
    endpoint: 'jobs.cancel',
    input: act('under', all('init')),
  },
  {
    sentence: 'finds devices by how they failed',
    endpoint: 'jobs.tasks',
    input: tasks('failed-writing', { failure: 'writing' }),
  },
  {
    sentence: 'finds none that failed in another way',
    endpoint: 'jobs.tasks',
    input: tasks('failed-writing', { status: 'failed', failure: 'download' }),
  },
  {
    sentence: 'finds none that failed and yet waits',
    endpoint: 'jobs.tasks',
    input: tasks('failed-writing', { status: 'init', failure: 'writing' }),
  },
  {
    sentence: 'refuses a kind of failure that is none',
    endpoint: 'jobs.tasks',
    input: tasks('failed-writing', { failure: 'bored' }),
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'retries none where nobody failed in this way',
    endpoint: 'jobs.retry',
    input: act('failed-writing', all('failed', 'download')),
  },
  {
    sentence: 'retries those that failed in one way',
    endpoint: 'jobs.retry',
    input: act('failed-writing', all('failed', 'writing')),
  },
  {
    sentence: 'refuses a kind of failure of what has not failed',
    endpoint: 'jobs.retry',
    input: act('failed-writing', all('skipped', 'writing')),
    refusal: [400, 'invalid_request'],
  },
  { sentence: 'retries a device that failed', endpoint: 'jobs.retry', input: act('failed-download', all('failed')) },
  { sentence: 'goes on with the job', endpoint: 'jobs.view', input: job('failed-download') },
  { sentence: 'lets the device settle first', endpoint: 'jobs.tasks', input: job('failed-download') },
  {
    sentence: 'retries none where nothing failed',
    endpoint: 'jobs.retry',
    input: act('done', all('failed')),
  },
  {
    sentence: 'retries no chosen device that did not fail',
    endpoint: 'jobs.retry',
    input: (scene) => act('done', { deviceIds: [scene.id('done-1')] })(scene),
    refusal: [409, 'nothing_to_retry'],
  },
  {
    sentence: 'retries no chosen device that the job does not have',
    endpoint: 'jobs.retry',
    input: (scene) => act('failed-download', { deviceIds: [scene.id('done-1')] })(scene),
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

export const taskCases: Case[] = [...states, ...bulk]
