import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Endpoint } from '#contract/endpoint.ts'
import { endpoints } from '#contract/index.ts'

import type { Answer, Backend, Message, Who } from './conformance/backend.ts'
import { backends } from './conformance/backends.ts'
import { mockBackend as mock } from './conformance/mock-backend.ts'
import { binary, digestsOf, ORG, OTHER_ORG } from './conformance/scene.ts'
import { EVERYONE } from './server/harness.ts'
import { addressOf, ROWS, verdictOn, WITH_THING, type Asked, type Row } from './support/rights-matrix.ts'

/** Makes one thing of each kind, as the portal does. */
async function makeThings(backend: Backend, who: Who, org: string): Promise<Asked> {
  const send = async (message: Message): Promise<Answer> => {
    const answer = await backend.send(who, { ...message, path: `/api/orgs/${org}/${message.path}` })
    expect(answer.status, message.path).toBeLessThan(300)
    return answer
  }
  const make = async (path: string, body: object): Promise<string> => {
    const headers = { 'content-type': 'application/json' }
    return ((await send({ method: 'POST', path, headers, body: JSON.stringify(body) })).json as { id: string }).id
  }
  const bytes = binary(1)
  const upload = async (): Promise<string> => {
    const tus = { 'tus-resumable': '1.0.0' }
    const begun = await send({
      method: 'POST',
      path: 'uploads',
      headers: { ...tus, 'upload-length': `${bytes.length}` },
    })
    const uploadId = begun.headers.get('location')?.split('/').at(-1) ?? ''
    const headers = { ...tus, 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }
    await send({ method: 'PATCH', path: `uploads/${uploadId}`, headers, body: bytes })
    return uploadId
  }

  const productKey = `product-${org}`
  await make('products', { name: 'Meter', productKey })
  const deviceId = await make('devices', { productKey, deviceKey: 'fan-1' })
  await backend.informs(deviceId, '1.0.0', false)
  const file = { uploadId: await upload(), ...digestsOf(bytes), verification: { required: false } }
  const firmwareId = await make('firmware', { productKey, name: 'fw', version: '2.0.0', ...file })
  const list = { method: 'POST', headers: { 'content-type': 'text/csv' }, body: 'deviceKey\nfan-1\n' }
  const listed = await send({ path: `device-lists?product=${productKey}&name=list`, ...list })
  return {
    productKey,
    deviceId,
    firmwareId,
    jobId: await make('jobs', { type: 'upgrade', firmwareId, name: 'job', scope: {} }),
    policyId: await make('policies', { name: 'policy', policy: {} }),
    listId: (listed.json as { id: string }).id,
    uploadId: await upload(),
  }
}

/** Begins with things of two organisations. */
async function begin(backend: Backend): Promise<[own: Asked, foreign: Asked]> {
  await backend.open()
  return [await makeThings(backend, 'operator', ORG), await makeThings(backend, 'neighbour', OTHER_ORG)]
}

/** The row of an endpoint, asked of the mock. */
async function ask(who: Who | null, name: string, endpoint: Endpoint, things: Asked, org: string): Promise<number> {
  const { payload, headers = {}, query } = (ROWS[name] as Row)(things)
  const isJson = payload !== undefined && typeof payload === 'object' && !(payload instanceof Uint8Array)
  const message: Message = {
    method: endpoint.method,
    path: addressOf(endpoint, things, org) + (query ? `?${new URLSearchParams(query as Record<string, string>)}` : ''),
    headers: { ...(headers as Record<string, string>), ...(isJson && { 'content-type': 'application/json' }) },
    ...(payload !== undefined && { body: isJson ? JSON.stringify(payload) : (payload as string) }),
  }
  return (await mock.send(who, message)).status
}

/** The server is held by the same rows in `server/manage-rights.test.ts`. */
describe('the role matrix on the mock', () => {
  let own: Asked
  let foreign: Asked
  beforeAll(async () => {
    ;[own, foreign] = await begin(mock)
  })
  afterAll(() => mock.close())

  test.each([...endpoints])('%s refuses whom the rights table refuses', async (name, endpoint) => {
    for (const who of [null, ...EVERYONE])
      for (const [things, org] of [
        [own, ORG],
        [foreign, OTHER_ORG],
      ] as const) {
        const verdict = verdictOn(endpoint, who, org)
        if (verdict !== 'in') expect(await ask(who, name, endpoint, things, org), `${who} in ${org}`).toBe(verdict)
      }
  })

  test.each(WITH_THING)('%s does not find a thing of another organisation', async (name, endpoint) => {
    for (const who of EVERYONE.filter((one) => verdictOn(endpoint, one, ORG) === 'in'))
      expect(await ask(who, name, endpoint, foreign, ORG), who).toBe(404)
  })

  test('nothing of what was asked for in vain is gone', async () => {
    for (const name of [
      'products.view',
      'devices.view',
      'firmware.view',
      'jobs.view',
      'policies.view',
      'uploads.offset',
    ])
      expect(await ask('neighbour', name, endpoints.get(name) as Endpoint, foreign, OTHER_ORG), name).toBe(200)
  })
})

describe.each(backends)('a thing of another organisation, named in what is sent, on the $name', (backend) => {
  let own: Asked
  let foreign: Asked
  beforeAll(async () => {
    ;[own, foreign] = await begin(backend)
  })
  afterAll(() => backend.close())

  const job = (): object => ({ type: 'upgrade', firmwareId: own.firmwareId, name: 'another', scope: {} })
  const firmware = (): object => ({
    ...digestsOf(binary(1)),
    uploadId: own.uploadId,
    productKey: own.productKey,
    name: 'another',
    version: '3.0.0',
  })
  const inList = (deviceListId: string): object => ({ ...job(), scope: { deviceListId } })

  test.each([
    ['POST', 'devices', () => ({ productKey: foreign.productKey, deviceKey: 'fan-2' }), 404],
    ['POST', 'firmware', () => ({ ...firmware(), productKey: foreign.productKey }), 404],
    ['POST', 'firmware', () => ({ ...firmware(), uploadId: foreign.uploadId }), 422],
    ['POST', 'jobs', () => ({ ...job(), firmwareId: foreign.firmwareId }), 404],
    ['POST', 'jobs', () => ({ ...job(), policyId: foreign.policyId }), 404],
    ['POST', 'jobs', () => inList(foreign.listId), 404],
    ['POST', 'jobs/preview', () => ({ ...job(), name: undefined, firmwareId: foreign.firmwareId }), 404],
    ['POST', 'jobs/preview', () => ({ ...inList(foreign.listId), name: undefined }), 404],
  ] as const)('%s %s finds none of it: %#', async (method, path, body, status) => {
    const headers = { 'content-type': 'application/json' }
    const message = { method, path: `/api/orgs/${ORG}/${path}`, headers, body: JSON.stringify(body()) }
    const { json } = await backend.send('operator', message)
    expect(json).toMatchObject({ status })
  })

  test.each([
    'devices?product=',
    'firmware?product=',
    'jobs?product=',
    'device-lists?product=',
    'devices/versions?product=',
  ])('%s tells nothing of it', async (path) => {
    const { json } = await backend.send('operator', {
      method: 'GET',
      path: `/api/orgs/${ORG}/${path}${foreign.productKey}`,
    })
    expect((json as { items?: unknown[] }).items ?? []).toEqual([])
  })
})
