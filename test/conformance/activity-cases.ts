import type { SavedPolicy } from '#contract/manage/policies.ts'

import type { Case } from './case.ts'
import { ORG, OTHER_ORG, type Scene } from './scene.ts'

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
