import type { Case } from './case.ts'
import { NOBODY, ORG, type Scene } from './scene.ts'

const job = (scene: Scene) => ({ org: ORG, jobId: scene.id('still') })

/** How a job went on, and how one device went on in it. */
export const courseCases: Case[] = [
  {
    sentence: 'draws a job that was never started up to how it stands',
    endpoint: 'jobs.progress',
    as: 'viewer',
    input: async (scene) => {
      const firmware = await scene.firmware(58)
      scene.ids['still'] = (await scene.job(firmware.id, ['offline-1', 'offline-2'], { name: 'still' })).id
      return { params: job(scene) }
    },
  },
  {
    sentence: 'draws nothing of a job that is none',
    endpoint: 'jobs.progress',
    input: { params: { org: ORG, jobId: NOBODY } },
    refusal: [404, 'not_found'],
  },
  {
    sentence: 'tells what happened to a device in one job alone',
    endpoint: 'devices.history',
    input: async (scene) => {
      const body = { deviceIds: [scene.id('offline-1')] }
      await scene.must('operator', 'jobs.cancel', { params: job(scene), body })
      return { params: { org: ORG, deviceId: scene.id('offline-1') }, query: { job: scene.id('still') } }
    },
  },
]
