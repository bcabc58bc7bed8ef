import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { ActivityEntry } from '#contract/manage/activity.ts'

import { ORG, startHarness, type Harness } from './harness.ts'
import { makeThings } from './manage-world.ts'
import { databases } from './support/databases.ts'

/** Whoever reads the log sees of each change what was there before and what is there now, and never a secret. */
describe.each(databases)('what changed, in the log on %s', (database) => {
  let harness: Harness
  const secrets: string[] = []
  beforeAll(async () => {
    harness = await startHarness({ database })
  })
  afterAll(() => harness.close())

  async function act<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, payload?: object): Promise<T> {
    const answer = await harness.send('operator', {
      method,
      url: `/api/orgs/${ORG}${path}`,
      ...(payload && { payload }),
    })
    expect(answer.statusCode).toBeLessThan(300)
    return (answer.body === '' ? {} : answer.json()) as T
  }
  /** Lines about a thing, oldest first: what was done, and what changed by it. */
  async function told(object: string): Promise<[string, Record<string, [string | null, string | null]>][]> {
    const url = `/api/orgs/${ORG}/activity?object=${object}&order=asc`
    const { items } = (await harness.send('viewer', { url })).json<{ items: ActivityEntry[] }>()
    return items.map(({ action, changes }) => [
      action,
      Object.fromEntries(changes.map(({ field, before, after }) => [field, [before, after]])),
    ])
  }

  test('a device, from its registration to its end', async () => {
    const { productKey } = await makeThings(harness)
    const body = { productKey, deviceKey: 'lift-1', name: 'Lift', tags: { floor: '1' } }
    const { id, deviceSecret } = await act<{ id: string; deviceSecret: string }>('POST', '/devices', body)
    await act('PATCH', `/devices/${id}`, { name: 'Old lift', tags: { floor: '2' }, version: 1 })
    await act('POST', `/devices/${id}/disable`)
    const renewed = await act<{ deviceSecret: string }>('POST', `/devices/${id}/reset-secret`)
    await act('DELETE', `/devices/${id}`)
    secrets.push(deviceSecret, renewed.deviceSecret)
    expect(await told(id)).toEqual([
      [
        'device.created',
        {
          productKey: [null, productKey],
          deviceKey: [null, 'lift-1'],
          name: [null, 'Lift'],
          enabled: [null, 'true'],
          'tags.floor': [null, '1'],
        },
      ],
      ['device.updated', { name: ['Lift', 'Old lift'], 'tags.floor': ['1', '2'] }],
      ['device.disabled', { enabled: ['true', 'false'] }],
      ['device.secretReset', {}],
      [
        'device.deleted',
        {
          productKey: [productKey, null],
          deviceKey: ['lift-1', null],
          name: ['Old lift', null],
          enabled: ['false', null],
          'tags.floor': ['2', null],
        },
      ],
    ])
  })

  test('a product, from its creation to its end', async () => {
    const body = { name: 'Pump', productKey: 'pump' }
    const { productSecret } = await act<{ productSecret: string }>('POST', '/products', body)
    await act('PATCH', '/products/pump', { tlsRequired: true, version: 1 })
    const renewed = await act<{ productSecret: string }>('POST', '/products/pump/reset-secret')
    await act('DELETE', '/products/pump')
    secrets.push(productSecret, renewed.productSecret)
    const is = { name: 'Pump', description: '', dynamicActivation: 'false' }
    const all = (tlsRequired: string) => Object.entries({ ...is, tlsRequired })
    expect(await told('pump')).toEqual([
      ['product.created', Object.fromEntries(all('false').map(([field, now]) => [field, [null, now]]))],
      ['product.updated', { tlsRequired: ['false', 'true'] }],
      ['product.secretReset', {}],
      ['product.deleted', Object.fromEntries(all('true').map(([field, was]) => [field, [was, null]]))],
    ])
  })

  test('firmware and a device list that go, each with what it was', async () => {
    const { firmwareId, jobId, listId } = await makeThings(harness)
    await act('PATCH', `/firmware/${firmwareId}`, { description: 'For lifts', revision: 1 })
    await act('POST', `/jobs/${jobId}/start`)
    await act('POST', `/jobs/${jobId}/end`)
    await act('DELETE', `/firmware/${firmwareId}`)
    await act('DELETE', `/device-lists/${listId}`)
    const [edited, deleted] = await told(firmwareId)
    expect(edited).toEqual(['firmware.updated', { description: ['', 'For lifts'] }])
    expect(deleted).toMatchObject([
      'firmware.deleted',
      {
        version: ['2.0.0', null],
        sha256: ['a'.repeat(64), null],
        description: ['For lifts', null],
        'verification.minSuccess': ['1', null],
      },
    ])
    expect(await told(listId)).toMatchObject([['deviceList.deleted', { name: ['list', null], keyCount: ['0', null] }]])
  })

  test('and no secret of any of them', async () => {
    const rows = JSON.stringify(await harness.db.read.selectFrom('log').selectAll().execute())
    expect(secrets).toHaveLength(4)
    for (const secret of secrets) expect(rows).not.toContain(secret)
  })
})
