import type { Case } from './case.ts'
import { NOBODY, ORG, type Scene } from './scene.ts'
import { takeOverCases } from './take-over-cases.ts'

const params = { org: ORG }
const unknown = { params: { org: ORG, jobId: NOBODY } }
const job = (name: string) => (scene: Scene) => ({ params: { org: ORG, jobId: scene.id(name) } })

async function make(scene: Scene, name: string, n: number, extra: object = {}): Promise<void> {
  const { id } = await scene.firmware(n)
  scene.ids[name] = (await scene.job(id, ['online-1'], { name, ...extra })).id
}

/** Edits the job that asked for approval. */
const edit =
  (deviceKeys: string[], change: object = {}) =>
  async (scene: Scene) => {
    const { version } = await scene.must<{ version: number }>('operator', 'jobs.view', job('asked')(scene))
    return { ...job('asked')(scene), body: { version, scope: { deviceKeys }, ...change } }
  }

const previewOf = (body: object) => (scene: Scene) => ({
  params,
  body: { type: 'upgrade', firmwareId: scene.id('firmware-70'), scope: {}, ...body },
})

const previews: Case[] = [
  {
    sentence: 'warns of a rule that cannot fire',
    endpoint: 'jobs.preview',
    input: async (scene) => {
      await scene.firmware(70)
      const waves = [{ upToDevices: 1, gate: { successPercent: 90 } }, { upToPercent: 100 }]
      return previewOf({ policy: { list: 'incremental', approval: true, waves, halt: { sample: 1_000 } } })(scene)
    },
  },
  {
    sentence: 'foresees the end from pace and timeout',
    endpoint: 'jobs.preview',
    input: previewOf({ policy: { halt: null, concurrency: 1, timeoutSeconds: 300 } }),
  },
  {
    sentence: 'previews devices of a tag',
    endpoint: 'jobs.preview',
    input: previewOf({ scope: { tags: { site: ['north'] }, attributes: { model: ['a', 'b'] } } }),
  },
]

const act = (verb: string, code: string, as: 'operator' | 'approver' = 'operator', body?: object): Case[] => [
  {
    sentence: `has nothing to ${verb}`,
    endpoint: `jobs.${verb}`,
    as,
    input: (scene) => ({ ...job('acted on')(scene), ...(body && { body }) }),
    refusal: [409, code],
  },
  {
    sentence: `does not ${verb} a job that is none`,
    endpoint: `jobs.${verb}`,
    as,
    input: { ...unknown, ...(body && { body }) },
    refusal: [404, 'not_found'],
  },
  {
    sentence: `lets no viewer ${verb} a job`,
    endpoint: `jobs.${verb}`,
    as: 'viewer',
    input: (scene) => ({ ...job('acted on')(scene), ...(body && { body }) }),
    refusal: [403, 'forbidden'],
  },
]

const acts: Case[] = [
  {
    sentence: 'halts when too many fail',
    endpoint: 'jobs.view',
    input: async (scene) => {
      const policy = { halt: { failurePercent: null, failureCount: 1 } }
      await make(scene, 'halting', 73, { start: true, policy, scope: { deviceKeys: ['online-1', 'offline-1'] } })
      await scene.backend.progresses(scene.id('online-1'), -2)
      return job('halting')(scene)
    },
  },
  { sentence: 'says why its devices wait', endpoint: 'jobs.tasks', input: job('halting') },
  { sentence: 'starts no halted job', endpoint: 'jobs.start', input: job('halting'), refusal: [409, 'job_over'] },
  {
    sentence: 'resumes no job without a reason',
    endpoint: 'jobs.resume',
    input: (scene) => ({ ...job('halting')(scene), body: { reason: ' ' } }),
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'resumes a halted job',
    endpoint: 'jobs.resume',
    input: (scene) => ({ ...job('halting')(scene), body: { reason: 'It was the network' } }),
  },
  { sentence: 'tells that it was halted and resumed', endpoint: 'jobs.timeline', input: job('halting') },
  {
    sentence: 'waits for a device to ask',
    endpoint: 'jobs.tasks',
    input: async (scene) => {
      await make(scene, 'asking', 74, { start: true, policy: { method: 'request' } })
      return job('asking')(scene)
    },
  },
  { sentence: 'stops waiting', endpoint: 'jobs.end', input: job('asking') },
  {
    sentence: 'shows the waves of a job and what the next waits for',
    endpoint: 'jobs.view',
    input: async (scene) => {
      const waves = [{ upToDevices: 1, gate: { successPercent: 100, person: true } }, { upToPercent: 100 }]
      const scope = { deviceKeys: ['offline-1', 'offline-2'] }
      await make(scene, 'waves', 77, { start: true, policy: { waves }, scope })
      return job('waves')(scene)
    },
  },
  {
    sentence: 'opens no wave before its time',
    endpoint: 'jobs.advance',
    input: job('waves'),
    refusal: [409, 'wave_waits'],
  },
  { sentence: 'has no waves any more', endpoint: 'jobs.end', input: job('waves') },
  {
    sentence: 'opens no wave of a job that is over',
    endpoint: 'jobs.advance',
    input: job('waves'),
    refusal: [409, 'not_running'],
  },
  {
    sentence: 'waits for its start time',
    endpoint: 'jobs.tasks',
    input: async (scene) => {
      const policy = { startAt: '2099-01-01T00:00:00.000Z', pacePerMinute: 60 }
      await make(scene, 'later', 75, { start: true, policy })
      return job('later')(scene)
    },
  },
  { sentence: 'waits no more', endpoint: 'jobs.end', input: job('later') },
  {
    sentence: 'sends a device round again by the retry rule',
    endpoint: 'jobs.tasks',
    input: async (scene) => {
      await make(scene, 'again', 76, { start: true, policy: { retry: { attempts: 1, kinds: ['download'] } } })
      await scene.backend.progresses(scene.id('online-1'), -2)
      return job('again')(scene)
    },
  },
  { sentence: 'goes round no more', endpoint: 'jobs.end', input: job('again') },
  {
    sentence: 'has one wave',
    endpoint: 'jobs.view',
    input: async (scene) => (await make(scene, 'acted on', 71), job('acted on')(scene)),
  },
  ...act('approve', 'not_awaiting_approval', 'approver'),
  ...act('reject', 'not_awaiting_approval', 'approver'),
  ...act('withdraw', 'not_awaiting_approval'),
  ...act('resume', 'not_halted', 'operator', { reason: 'It was the network' }),
  ...act('advance', 'not_running'),
  {
    sentence: 'asks a second person for the approval of a start',
    endpoint: 'jobs.view',
    input: async (scene) => {
      await make(scene, 'asked', 78, { start: true, policy: { approval: true } })
      return job('asked')(scene)
    },
  },
  { sentence: 'starts it no other way', endpoint: 'jobs.start', input: job('asked'), refusal: [409, 'job_over'] },
  { sentence: 'waits for the approval', endpoint: 'jobs.tasks', input: job('asked') },
  { sentence: 'rejects a start', endpoint: 'jobs.reject', as: 'approver', input: job('asked') },
  { sentence: 'asks again', endpoint: 'jobs.start', input: job('asked') },
  { sentence: 'takes the request back', endpoint: 'jobs.withdraw', input: job('asked') },
  { sentence: 'asks a third time', endpoint: 'jobs.start', as: 'admin', input: job('asked') },
  {
    sentence: 'lets nobody approve what they asked for',
    endpoint: 'jobs.approve',
    as: 'admin',
    input: job('asked'),
    refusal: [409, 'own_request'],
  },
  {
    sentence: 'voids the request with an edit',
    endpoint: 'jobs.update',
    input: edit(['offline-1'], { policy: { approval: true, timeoutSeconds: 600 } }),
  },
  { sentence: 'has skipped who no longer matches', endpoint: 'jobs.tasks', input: job('asked') },
  { sentence: 'takes who matches again', endpoint: 'jobs.update', input: edit(['offline-1', 'online-1']) },
  { sentence: 'shows that they wait again', endpoint: 'jobs.tasks', input: job('asked') },
  { sentence: 'leaves them out again', endpoint: 'jobs.update', input: edit(['offline-1']) },
  {
    sentence: 'refuses an edit of what someone else changed first',
    endpoint: 'jobs.update',
    input: (scene) => ({ ...job('asked')(scene), body: { version: 1 } }),
    refusal: [409, 'stale'],
  },
  { sentence: 'asks a last time', endpoint: 'jobs.start', input: job('asked') },
  { sentence: 'approves a start', endpoint: 'jobs.approve', as: 'approver', input: job('asked') },
  {
    sentence: 'edits no running job',
    endpoint: 'jobs.update',
    input: (scene) => ({ ...job('asked')(scene), body: { version: 1 } }),
    refusal: [409, 'job_running'],
  },
  {
    sentence: 'lets no viewer edit',
    endpoint: 'jobs.update',
    as: 'viewer',
    input: (scene) => ({ ...job('asked')(scene), body: { version: 1 } }),
    refusal: [403, 'forbidden'],
  },
  {
    sentence: 'edits no job that is none',
    endpoint: 'jobs.update',
    input: { ...unknown, body: { version: 1 } },
    refusal: [404, 'not_found'],
  },
  { sentence: 'tells who asked, rejected, edited and approved', endpoint: 'jobs.timeline', input: job('asked') },
  {
    sentence: 'takes a device that comes to match later',
    endpoint: 'jobs.tasks',
    input: async (scene) => {
      const scope = { versions: ['7.7.7'], deviceKeys: ['offline-2'] }
      await make(scene, 'open', 80, { start: true, policy: { list: 'incremental' }, scope })
      await scene.backend.informs(scene.id('offline-2'), '7.7.7', false)
      await scene.backend.settled()
      return job('open')(scene)
    },
  },
  { sentence: 'tells that it joined', endpoint: 'jobs.timeline', input: job('open') },
  { sentence: 'ends an open list', endpoint: 'jobs.end', input: job('open') },
  ...takeOverCases,
  {
    sentence: 'lets no operator approve',
    endpoint: 'jobs.approve',
    input: job('acted on'),
    refusal: [403, 'forbidden'],
  },
]

const failures: Case[] = [
  {
    sentence: 'counts no failures where there are none',
    endpoint: 'jobs.failures',
    as: 'viewer',
    input: job('acted on'),
  },
  {
    sentence: 'counts failures by kind',
    endpoint: 'jobs.failures',
    input: async (scene) => {
      await make(scene, 'failing', 72, { start: true })
      await scene.backend.progresses(scene.id('online-1'), -2)
      return job('failing')(scene)
    },
  },
  {
    sentence: 'counts no failures of a job that is none',
    endpoint: 'jobs.failures',
    input: unknown,
    refusal: [404, 'not_found'],
  },
]

const everything: Case[] = [
  { sentence: 'stops every started job at once', endpoint: 'orgs.emergencyStop', as: 'approver', input: { params } },
  { sentence: 'has nothing more to stop', endpoint: 'orgs.emergencyStop', as: 'platformAdmin', input: { params } },
  { sentence: 'says why the job stopped', endpoint: 'jobs.timeline', input: job('failing') },
  {
    sentence: 'keeps in mind who stopped everything',
    endpoint: 'activity.list',
    input: { params, query: { action: 'org.emergencyStopped' } },
  },
  {
    sentence: 'tells what the edits of jobs changed',
    endpoint: 'activity.list',
    input: { params, query: { action: 'job.edited' } },
  },
  {
    sentence: 'lets no viewer stop everything',
    endpoint: 'orgs.emergencyStop',
    as: 'viewer',
    input: { params },
    refusal: [403, 'forbidden'],
  },
]

export const rolloutCases: Case[] = [...previews, ...acts, ...failures, ...everything]
