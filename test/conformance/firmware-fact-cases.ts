import type { Case } from './case.ts'
import { NOBODY, ORG, type Scene } from './scene.ts'

const firmware = (n: number) => (scene: Scene) => ({ params: { org: ORG, firmwareId: scene.id(`firmware-${n}`) } })
const unknown = { params: { org: ORG, firmwareId: NOBODY } }

const of = (what: 'statistics' | 'deletePreview'): Case[] => [
  {
    sentence: 'tells of a firmware that nobody uses',
    endpoint: `firmware.${what}`,
    as: 'viewer',
    input: async (scene) => {
      if (!scene.ids['firmware-90']) await scene.firmware(90)
      return firmware(90)(scene)
    },
  },
  {
    sentence: 'tells of a firmware with a verification, an upgrade and a job that is over',
    endpoint: `firmware.${what}`,
    input: async (scene) => {
      if (!scene.ids['firmware-91']) {
        const { id } = await scene.firmware(91)
        const over = await scene.job(id, ['offline-1'], { name: 'over' })
        await scene.must('operator', 'jobs.end', { params: { org: ORG, jobId: over.id } })
        await scene.job(id, ['offline-2'], { name: 'try', type: 'verify' })
        await scene.job(id, ['online-1', 'offline-1'], { name: 'all', start: true })
      }
      return firmware(91)(scene)
    },
  },
  {
    sentence: 'tells nothing of a firmware that is none',
    endpoint: `firmware.${what}`,
    input: unknown,
    refusal: [404, 'not_found'],
  },
]

export const firmwareFactCases: Case[] = [
  ...of('statistics'),
  ...of('deletePreview'),
  {
    sentence: 'tells of the devices that run it',
    endpoint: 'firmware.statistics',
    input: async (scene) => {
      await scene.backend.informs(scene.id('offline-1'), '91.0.0', false)
      return firmware(91)(scene)
    },
  },
]
