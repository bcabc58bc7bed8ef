import type { policies as operations } from '../manage/policies.ts'
import { page, type ExamplesOf } from './kit.ts'
import { ids, inOrg, policy, savedPolicy } from './things.ts'

const params = { ...inOrg, policyId: ids.policy }
const slower = { ...policy, pacePerMinute: 30 }

export const policies: ExamplesOf<typeof operations> = {
  list: { params: inOrg, query: { q: 'By night' }, reply: page([savedPolicy]) },
  create: {
    params: inOrg,
    // what is left out has its default
    body: {
      name: 'By night, five first',
      description: 'For meters that people use by day',
      policy: {
        window: { from: '22:00', to: '02:00', weekdays: [1, 2, 3, 4, 5] },
        pacePerMinute: 60,
        waves: [
          { upToDevices: 5, gate: { successPercent: 100, sample: 5, finalPercent: 100, soakMinutes: 60 } },
          { upToPercent: 100 },
        ],
        retry: { attempts: 1, kinds: ['download', 'noAnswer'] },
        proof: 'restarted',
        approval: true,
      },
    },
    reply: { ...savedPolicy, jobCount: 0 },
  },
  view: { params, reply: savedPolicy },
  replace: {
    params,
    body: { name: savedPolicy.name, description: savedPolicy.description, policy: slower, version: 1 },
    reply: { ...savedPolicy, policy: slower, updatedAt: '2026-03-02T02:20:00.000Z', version: 2 },
  },
  delete: { params },
}
