import type { devices as operations } from '../manage/devices.ts'
import { page, type ExamplesOf } from './kit.ts'
import { device, entry, ids, inOrg, PRODUCT } from './things.ts'

const params = { ...inOrg, deviceId: ids.device }

export const devices: ExamplesOf<typeof operations> = {
  list: { params: inOrg, query: { product: PRODUCT, version: '1.4.0', connection: 'online' }, reply: page([device]) },
  create: {
    params: inOrg,
    headers: { 'Idempotency-Key': 'meter-000001' },
    body: {
      productKey: PRODUCT,
      deviceKey: 'meter-000001',
      name: 'Block 12, riser 3',
      tags: { town: 'Tengah' },
      attributes: { meterType: 'ultrasonic' },
    },
    reply: {
      ...device,
      currentVersion: null,
      versionReportedAt: null,
      connection: 'offline',
      lastSeenAt: null,
      activatedAt: null,
      deviceSecret: 'c2VjcmV0T2ZNZXRlcjE',
    },
  },
  versions: {
    params: inOrg,
    query: { product: PRODUCT },
    reply: {
      items: [
        { version: '1.4.0', count: 1_115 },
        { version: '1.3.0', count: 83 },
        { version: null, count: 2 },
      ],
    },
  },
  view: { params, reply: device },
  update: {
    params,
    body: { name: 'Block 12, riser 4', tags: { town: 'Tengah', block: '12' }, version: 1 },
    reply: { ...device, name: 'Block 12, riser 4', tags: { town: 'Tengah', block: '12' }, version: 2 },
  },
  delete: { params },
  resetSecret: {
    params,
    reply: { ...device, connection: 'offline', version: 2, deviceSecret: 'bmV3U2VjcmV0T2ZNZXRlcg' },
  },
  resetActivation: { params, reply: { ...device, activatedAt: null, version: 2 } },
  subDevices: {
    params,
    query: { limit: 20 },
    reply: page([{ ...device, id: ids.subDevice, deviceKey: 'sensor-000001', gatewayId: ids.device }]),
  },
  enable: { params, reply: { ...device, version: 3 } },
  disable: { params, reply: { ...device, enabled: false, connection: 'offline', version: 2 } },
  history: {
    params,
    reply: page([
      {
        ...entry,
        actor: { id: '', name: 'system' },
        action: 'task.published',
        summary: 'meter-000001: Pushed, waiting for the device to begin.',
        from: 'init',
        to: 'published',
        why: 'Pushed, waiting for the device to begin.',
      },
    ]),
  },
  why: {
    params,
    query: { job: ids.job },
    reply: {
      items: [
        {
          jobId: ids.job,
          jobName: 'Meters 1.5, March',
          status: 'init',
          verdict: {
            go: false,
            gate: 'window',
            reason: 'The upgrade window is closed.',
            opensAt: '2026-03-02T14:00:00.000Z',
          },
        },
      ],
    },
  },
}
