import type { SavedPolicy } from '#contract/manage/policies.ts'

import type { Case } from './case.ts'
import { ORG, OTHER_ORG, PRODUCT, type Scene } from './scene.ts'

const params = { org: ORG }
const asking = (query: Record<string, string>) => ({ params, query })

/** Something happens to a policy, and its id is kept. */
async function happened(scene: Scene): Promise<string> {
  const body = { name: '=HYPERLINK("http://x")', policy: {} }
  const { id } = await scene.must<SavedPolicy>('operator', 'policies.create', { params, body })
  const replaced = { params: { org: ORG, policyId: id }, body: { ...body, name: 'Harmless', version: 1 } }
  await scene.must('admin', 'policies.replace', replaced)
  scene.ids['the policy'] = id
  return id
}

export const activityCases: Case[] = [
  {
    sentence: 'tells what happened to a thing, and who did it',
    endpoint: 'activity.list',
    as: 'viewer',
    input: async (scene) => asking({ object: await happened(scene) }),
  },
  {
    sentence: 'tells it in the order in which it happened when asked',
    endpoint: 'activity.list',
    input: (scene) => asking({ object: scene.id('the policy'), order: 'asc' }),
  },
  { sentence: 'tells what was done', endpoint: 'activity.list', input: asking({ action: 'policy.updated' }) },
  { sentence: 'tells of registered devices', endpoint: 'activity.list', input: asking({ action: 'device.created' }) },
  { sentence: 'tells of activated devices', endpoint: 'activity.list', input: asking({ action: 'device.activated' }) },
  {
    sentence: 'tells what one person did',
    endpoint: 'activity.list',
    input: async (scene) => {
      const { user } = await scene.must<{ user: { id: string } }>('admin', 'session.view', {})
      return asking({ actor: user.id })
    },
  },
  {
    sentence: 'tells of no device as of a person',
    endpoint: 'activity.list',
    input: (scene) => asking({ actor: scene.id('online-1') }),
  },
  {
    sentence: 'tells nothing of what is to come',
    endpoint: 'activity.list',
    input: asking({ from: '2099-01-01T00:00:00.000Z' }),
  },
  {
    sentence: 'tells nothing of before there was anything',
    endpoint: 'activity.list',
    input: asking({ to: '2001-01-01T00:00:00.000Z' }),
  },
  { sentence: 'tells the newest first, some at a time', endpoint: 'activity.list', input: asking({ limit: '2' }) },
  {
    sentence: 'tells what an edit changed, and nothing that stayed',
    endpoint: 'activity.list',
    input: async (scene) => {
      const { id } = await scene.firmware(90)
      const edit = { description: 'For the lift', tags: { site: 'north' }, revision: 1 }
      await scene.must('operator', 'firmware.update', { params: { org: ORG, firmwareId: id }, body: edit })
      const productKey = PRODUCT
      await scene.must('admin', 'products.update', {
        params: { org: ORG, productKey },
        body: { name: 'Lift', version: 1 },
      })
      return asking({ from: '2001-01-01T00:00:00.000Z', limit: '3' })
    },
  },
  {
    sentence: 'tells what a device was and became, from its registration to its end',
    endpoint: 'activity.list',
    input: async (scene) => {
      const body = { productKey: PRODUCT, deviceKey: 'told-of', name: 'Lobby', tags: { floor: '1' } }
      const { id } = await scene.must<{ id: string }>('operator', 'devices.create', { params, body })
      const one = { params: { org: ORG, deviceId: id } }
      await scene.must('operator', 'devices.update', { ...one, body: { tags: { floor: '2' }, version: 1 } })
      for (const act of ['disable', 'enable', 'delete']) await scene.must('operator', `devices.${act}`, one)
      return asking({ object: id })
    },
  },
  {
    sentence: 'tells what a product was and became, and of no secret of it',
    endpoint: 'activity.list',
    input: async (scene) => {
      const productKey = 'told-of'
      await scene.must('operator', 'products.create', { params, body: { name: 'Pump', productKey } })
      const one = { params: { org: ORG, productKey } }
      await scene.must('operator', 'products.update', { ...one, body: { tlsRequired: true, version: 1 } })
      await scene.must('operator', 'products.resetSecret', one)
      await scene.must('operator', 'products.delete', one)
      return asking({ object: productKey })
    },
  },
  {
    sentence: 'tells what firmware was when it was made and when it was deleted',
    endpoint: 'activity.list',
    input: async (scene) => {
      const { id } = await scene.firmware(94)
      await scene.must('operator', 'firmware.delete', { params: { org: ORG, firmwareId: id } })
      return asking({ object: id })
    },
  },
  {
    sentence: 'tells who came in',
    endpoint: 'activity.list',
    input: asking({ action: 'user.signedIn' }),
  },
  {
    sentence: 'tells once of a right that was refused again and again',
    endpoint: 'activity.list',
    input: async (scene) => {
      const asked = { params, body: { name: 'not mine', policy: {} } }
      for (let turn = 0; turn < 3; turn += 1) await scene.call('viewer', 'policies.create', asked)
      return asking({ action: 'right.refused' })
    },
  },
  {
    sentence: 'tells of a password that was wrong, to the organisation of the person',
    endpoint: 'activity.list',
    input: async (scene) => {
      const body = { email: scene.backend.emailOf('approver'), password: 'wrong' }
      await scene.call(null, 'session.signIn', { body })
      return asking({ action: 'user.signInFailed' })
    },
  },
  {
    sentence: 'tells support what belongs to no organisation',
    endpoint: 'activity.deployment',
    as: 'support',
    input: async (scene) => {
      await scene.call(null, 'session.signIn', { body: { email: 'who@nowhere.example', password: 'wrong' } })
      await scene.call('admin', 'orgs.create', { body: { slug: 'mine', name: 'Mine' } })
      return { query: { order: 'asc' } }
    },
  },
  {
    sentence: 'tells it to nobody of an organisation',
    endpoint: 'activity.deployment',
    as: 'admin',
    refusal: [403, 'forbidden'],
  },
  {
    sentence: 'tells who went',
    endpoint: 'activity.list',
    input: async (scene) => {
      await scene.call('admin', 'session.signOut', {})
      return asking({ action: 'user.signedOut' })
    },
  },
  {
    sentence: 'refuses a time that is none',
    endpoint: 'activity.list',
    input: asking({ from: 'yesterday' }),
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'tells nothing of another organisation',
    endpoint: 'activity.list',
    input: { params: { org: OTHER_ORG } },
    refusal: [404, 'not_found'],
  },
]
