import type { Case } from './case.ts'
import { ORG, OTHER_ORG } from './scene.ts'

const params = { org: ORG }

export const overviewCases: Case[] = [
  {
    sentence: 'knows of no failure before there is one',
    endpoint: 'overview.failures',
    as: 'viewer',
    input: { params },
  },
  {
    sentence: 'tells what failed of late, and in which job',
    endpoint: 'overview.failures',
    as: 'viewer',
    input: async (scene) => {
      const { id } = await scene.firmware(91)
      await scene.job(id, ['online-1', 'offline-1'], { name: 'failing', start: true })
      await scene.backend.progresses(scene.id('online-1'), -2)
      return { params, query: { hours: '1' } }
    },
  },
  {
    sentence: 'refuses a time that is longer than a week',
    endpoint: 'overview.failures',
    input: { params, query: { hours: '169' } },
    refusal: [400, 'invalid_request'],
  },
  {
    sentence: 'tells nothing of another organisation',
    endpoint: 'overview.failures',
    input: { params: { org: OTHER_ORG } },
    refusal: [404, 'not_found'],
  },
]
