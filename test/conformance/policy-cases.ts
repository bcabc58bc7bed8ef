import type { SavedPolicy } from '#contract/manage/policies.ts'

import type { Case } from './case.ts'
import { NOBODY, ORG, OTHER_ORG, type Scene } from './scene.ts'

const params = { org: ORG }
const unknown = { params: { org: ORG, policyId: NOBODY } }
/** The policy that an earlier case kept under this name. */
const policy = (name: string) => (scene: Scene) => ({ params: { org: ORG, policyId: scene.id(name) } })

async function make(scene: Scene, name: string, given: object = {}): Promise<void> {
  const body = { name, policy: given }
  scene.ids[name] = (await scene.must<SavedPolicy>('operator', 'policies.create', { params, body })).id
}

const making = (name: string, given?: object) => async (scene: Scene) => {
  await make(scene, name, given)
  return policy(name)(scene)
}

const creation = (name: string, given: object = {}) => ({ params, body: { name, policy: given } })
const replacement =
  (of: string, body: object = {}) =>
  (scene: Scene) => ({ ...policy(of)(scene), body: { name: of, policy: {}, version: 1, ...body } })

/** The example of the contract's own words: everything that a policy can say. */
const FULL = {
  method: 'both',
  list: 'incremental',
  startAt: '2030-01-01T00:00:00.000Z',
  window: { from: '22:00', to: '02:00', weekdays: [1, 5], blackoutDates: ['2030-12-25'] },
  concurrency: 50,
  pacePerMinute: 60,
  waves: [
    { upToDevices: 1, gate: { successPercent: 100, sample: 1 } },
    { upToPercent: 10, gate: { successPercent: 95, sample: 10, soakMinutes: 30, person: true } },
    { upToPercent: 100 },
  ],
  halt: { failurePercent: 20, sample: 10, failureCount: 100, kinds: ['fellBack'] },
  timeoutSeconds: 3_600,
  retry: { attempts: 2, intervalSeconds: 60, kinds: ['download'] },
  proof: 'restarted',
  approval: true,
}

const writing: Case[] = [
  { sentence: 'saves a policy that asks for nothing', endpoint: 'policies.create', input: creation('Plain') },
  { sentence: 'saves a policy that says everything', endpoint: 'policies.create', input: creation('Full', FULL) },
  {
    sentence: 'warns of what somebody will regret',
    endpoint: 'policies.create',
    input: creation('Short nights', { window: { from: '22:00', to: '22:30' } }),
  },
  {
    sentence: 'refuses a name that is taken',
    endpoint: 'policies.create',
    input: creation('Plain'),
    refusal: [409, 'taken'],
  },
  {
    sentence: 'lets another organisation have the name',
    endpoint: 'policies.create',
    as: 'neighbour',
    input: { params: { org: OTHER_ORG }, body: { name: 'Plain', policy: {} } },
  },
  ...[
    ['a blank name', { name: ' ' }],
    ['a window of ten minutes', { policy: { window: { from: '22:00', to: '22:10' } } }],
    ['a zone that is none', { policy: { window: { from: '22:00', to: '23:00', zone: 'Asia/Nowhere' } } }],
    ['waves that do not reach everyone', { policy: { waves: [{ upToPercent: 10 }] } }],
    ['waves that shrink', { policy: { waves: [{ upToPercent: 20 }, { upToPercent: 10 }, { upToPercent: 100 }] } }],
    ['a halt rule that can never fire', { policy: { halt: { failurePercent: null } } }],
    ['eleven retries', { policy: { retry: { attempts: 11 } } }],
    ['a part that it does not know', { policy: { speed: 'high' } }],
  ].map(([what, body]): Case => ({
    sentence: `refuses ${what as string}`,
    endpoint: 'policies.create',
    input: { params, body: { name: 'Odd', policy: {}, ...(body as object) } },
    refusal: [400, 'invalid_request'],
  })),
  {
    sentence: 'lets no viewer save a policy',
    endpoint: 'policies.create',
    as: 'viewer',
    input: creation('Mine'),
    refusal: [403, 'forbidden'],
  },
  {
    sentence: 'replaces a policy',
    endpoint: 'policies.replace',
    input: async (scene) => (await make(scene, 'Edited'), replacement('Edited', { policy: FULL })(scene)),
  },
  {
    sentence: 'refuses an edit of what someone else changed first',
    endpoint: 'policies.replace',
    input: replacement('Edited'),
    refusal: [409, 'stale'],
  },
  {
    sentence: 'refuses to rename it to one that is there',
    endpoint: 'policies.replace',
    input: replacement('Edited', { name: 'Plain', version: 2 }),
    refusal: [409, 'taken'],
  },
  { sentence: 'keeps its own name', endpoint: 'policies.replace', input: replacement('Edited', { version: 2 }) },
  {
    sentence: 'edits no policy that is none',
    endpoint: 'policies.replace',
    input: { ...unknown, body: { name: 'x', policy: {}, version: 1 } },
    refusal: [404, 'not_found'],
  },
]

const reading: Case[] = [
  { sentence: 'lists policies by name', endpoint: 'policies.list', as: 'viewer', input: { params } },
  {
    sentence: 'finds policies by the beginning of their name',
    endpoint: 'policies.list',
    input: { params, query: { q: 'Sh' } },
  },
  {
    sentence: 'pages policies from the end',
    endpoint: 'policies.list',
    input: { params, query: { limit: '2', cursor: 'last' } },
  },
  {
    sentence: 'lists no policies of another organisation',
    endpoint: 'policies.list',
    input: { params: { org: OTHER_ORG } },
    refusal: [404, 'not_found'],
  },
  { sentence: 'shows a policy', endpoint: 'policies.view', as: 'viewer', input: policy('Edited') },
  { sentence: 'misses a policy', endpoint: 'policies.view', input: unknown, refusal: [404, 'not_found'] },
]

const using: Case[] = [
  {
    sentence: 'copies a policy into a job',
    endpoint: 'jobs.create',
    input: async (scene) => {
      await make(scene, 'Used', { halt: null, concurrency: 7 })
      const { id } = await scene.firmware(60)
      const body = { type: 'upgrade', firmwareId: id, name: 'by policy', scope: {}, policyId: scene.id('Used') }
      return { params, body }
    },
  },
  { sentence: 'counts the jobs that took it', endpoint: 'policies.view', input: policy('Used') },
  {
    sentence: 'lists the jobs that took it',
    endpoint: 'jobs.list',
    as: 'viewer',
    input: (scene) => ({ params, query: { policy: scene.id('Used') } }),
  },
  {
    sentence: 'lists no jobs of a policy that is none',
    endpoint: 'jobs.list',
    input: { params, query: { policy: NOBODY } },
  },
  {
    sentence: 'creates no job by a policy that is none',
    endpoint: 'jobs.create',
    input: (scene) => ({
      params,
      body: { type: 'upgrade', firmwareId: scene.id('firmware-60'), name: 'x', scope: {}, policyId: NOBODY },
    }),
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'takes a policy by name or in words, not both',
    endpoint: 'jobs.create',
    input: (scene) => ({
      params,
      body: {
        type: 'upgrade',
        firmwareId: scene.id('firmware-60'),
        name: 'x',
        scope: {},
        policyId: NOBODY,
        policy: {},
      },
    }),
    refusal: [400, 'invalid_request'],
  },
  { sentence: 'deletes a policy', endpoint: 'policies.delete', input: policy('Used') },
  { sentence: 'has it no more', endpoint: 'policies.view', input: policy('Used'), refusal: [404, 'not_found'] },
  { sentence: 'leaves the job its copy', endpoint: 'jobs.list', input: { params, query: { q: 'by policy' } } },
  { sentence: 'deletes it once', endpoint: 'policies.delete', input: policy('Used'), refusal: [404, 'not_found'] },
  {
    sentence: 'lets no approver delete a policy',
    endpoint: 'policies.delete',
    as: 'approver',
    input: making('Kept'),
    refusal: [403, 'forbidden'],
  },
]

export const policyCases: Case[] = [...writing, ...reading, ...using]
