import type { Case } from './case.ts'
import { ORG, type Scene } from './scene.ts'

/*
 * A job that was made to take devices over from older ones does so when it starts, and not before.
 */

const job = (name: string) => (scene: Scene) => ({ params: { org: ORG, jobId: scene.id(name) } })

async function make(scene: Scene, name: string, n: number, extra: object = {}): Promise<void> {
  const { id } = await scene.firmware(n)
  scene.ids[name] = (await scene.job(id, ['offline-1'], { name, supersede: true, ...extra })).id
}

const settled = (name: string) => async (scene: Scene) => (await scene.backend.settled(), job(name)(scene))

export const takeOverCases: Case[] = [
  {
    sentence: 'is to take devices over from an older job when it starts',
    endpoint: 'jobs.view',
    input: async (scene) => {
      await make(scene, 'older', 79, { supersede: false, scope: { deviceKeys: ['offline-1', 'offline-2'] } })
      await make(scene, 'newer', 82, { policy: { approval: true } })
      return job('newer')(scene)
    },
  },
  { sentence: 'takes none over before it starts', endpoint: 'jobs.tasks', input: settled('older') },
  { sentence: 'asks for that start', endpoint: 'jobs.start', input: job('newer') },
  { sentence: 'takes none over while it waits for approval', endpoint: 'jobs.tasks', input: settled('older') },
  { sentence: 'is not let start', endpoint: 'jobs.reject', as: 'approver', input: job('newer') },
  { sentence: 'takes none over when it was rejected', endpoint: 'jobs.view', input: settled('older') },
  { sentence: 'asks for that start again', endpoint: 'jobs.start', input: job('newer') },
  { sentence: 'is let start', endpoint: 'jobs.approve', as: 'approver', input: job('newer') },
  { sentence: 'has taken devices over when it was approved', endpoint: 'jobs.view', input: settled('older') },
  { sentence: 'says that another job has them', endpoint: 'jobs.tasks', input: job('older') },
  { sentence: 'has no more to take over', endpoint: 'jobs.view', input: job('newer') },
  {
    sentence: 'takes devices over when it is created and started at once',
    endpoint: 'jobs.tasks',
    input: async (scene) => {
      await make(scene, 'newest', 83, { start: true })
      return settled('newer')(scene)
    },
  },
  { sentence: 'takes no device from a job that is newer', endpoint: 'jobs.view', input: settled('newest') },
]
