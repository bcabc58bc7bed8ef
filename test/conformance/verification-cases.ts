import type { Case } from './case.ts'
import { ORG } from './scene.ts'
import { reports } from './task-cases.ts'

export const verificationCases: Case[] = [
  {
    sentence: 'has verified a firmware once a chosen device runs it',
    endpoint: 'firmware.view',
    input: async (scene) => {
      const deviceId = await scene.device('trial-1', { version: '1.0.0', stays: true })
      const { id } = await scene.firmware(70, { verification: { required: true, maxDevices: 1, minSuccess: 1 } })
      await scene.job(id, ['trial-1'], { type: 'verify', start: true })
      await reports(100)(scene, deviceId)
      await scene.backend.informs(deviceId, '70.0.0', true)
      return { params: { org: ORG, firmwareId: id } }
    },
  },
  {
    sentence: 'has found a firmware bad once its chosen device failed',
    endpoint: 'firmware.view',
    input: async (scene) => {
      const deviceId = await scene.device('trial-2', { version: '1.0.0', stays: true })
      const { id } = await scene.firmware(71, { verification: { required: true, maxDevices: 1, minSuccess: 1 } })
      await scene.job(id, ['trial-2'], { type: 'verify', start: true })
      await reports(30, -3)(scene, deviceId)
      return { params: { org: ORG, firmwareId: id } }
    },
  },
  {
    sentence: 'takes from a policy neither its window nor its waves for a verification',
    endpoint: 'jobs.create',
    input: async (scene) => {
      const { id } = await scene.firmware(73)
      const window = { from: '01:00', to: '05:00', zone: 'Asia/Singapore' }
      const waves = [{ upToPercent: 50 }, { upToPercent: 100 }]
      const body = { type: 'verify', firmwareId: id, name: 'at once', scope: { deviceKeys: ['offline-1'] } }
      return { params: { org: ORG }, body: { ...body, policy: { window, waves } } }
    },
  },
  {
    sentence: 'keeps a verdict when the job that reached it is deleted',
    endpoint: 'firmware.view',
    input: async (scene) => {
      const params = { org: ORG, firmwareId: scene.id('firmware-70') }
      const { items } = await scene.must<{ items: { id: string }[] }>('operator', 'jobs.list', {
        params: { org: ORG },
        query: { firmware: params.firmwareId },
      })
      for (const { id } of items) await scene.must('operator', 'jobs.delete', { params: { org: ORG, jobId: id } })
      return { params }
    },
  },
  {
    sentence: 'waits no more for a verdict when the job that was to reach it is deleted',
    endpoint: 'firmware.view',
    input: async (scene) => {
      const { id } = await scene.firmware(72, { verification: { required: true, maxDevices: 1, minSuccess: 1 } })
      const job = {
        params: { org: ORG, jobId: (await scene.job(id, ['offline-1'], { type: 'verify', start: true })).id },
      }
      await scene.must('operator', 'jobs.stop', job)
      await scene.must('operator', 'jobs.delete', job)
      return { params: { org: ORG, firmwareId: id } }
    },
  },
  {
    sentence: 'refuses an upgrade with it',
    endpoint: 'jobs.create',
    input: (scene) => ({
      params: { org: ORG },
      body: {
        type: 'upgrade',
        firmwareId: scene.id('firmware-71'),
        name: 'bad',
        scope: { deviceKeys: ['offline-1'] },
        start: true,
      },
    }),
    refusal: [409, 'firmware_not_verified'],
  },
]
