import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { sign } from '#contract/device/sign.ts'
import { devices } from '#contract/manage/devices.ts'
import { jobs } from '#contract/manage/jobs.ts'
import type { Policy } from '#contract/manage/policies.ts'
import { products } from '#contract/manage/products.ts'
import { activate, openLink, type OfferedFirmware } from '#device/sdk/index.ts'
import type { z } from 'zod'

import { signIn, type Client } from '../../scripts/lib/client.mjs'
import { emailOf, ORG, PASSWORD, startHarness, type Harness } from '../server/harness.ts'
import { addFirmware, ask, binary, type DeviceKeys } from '../support/manage.ts'
import { connectFields, openWire, type Wire } from '../support/mqtt-wire.ts'
import { askAs, SDKS } from '../support/sdk-shapes.ts'

/*
 * From the upload to success through the public API, on the whole service: once for each way in that MQTT offers.
 */

const FILE = binary(100_000)
const org = ORG
const productKey = 'pkAlpha1'
const pem = (name: string) => join(import.meta.dirname, '../support/tls', `${name}.pem`)

let harness: Harness
let ports: { httpPort: number; mqttPort: number; mqttsPort?: number }
let client: Client

const begin = async (env: Record<string, string>, product: object = {}) => {
  harness = await startHarness({ env: { HTTPS_PORT: '0', MQTTS_PORT: '0', ...env } })
  ports = await harness.service.start()
  client = await signIn(`http://127.0.0.1:${ports.httpPort}`, { email: emailOf('operator'), password: PASSWORD })
  await ask(client, products.create, { params: { org }, body: { name: 'Meter', productKey, ...product } })
}
afterEach(() => harness.close())

const addDevice = (deviceKey: string): Promise<DeviceKeys> =>
  ask(client, devices.create, { params: { org }, body: { productKey, deviceKey } })

async function startJob(product = productKey, policy: z.input<typeof Policy> = {}) {
  const made = await addFirmware(client, { org, productKey: product }, '2.0.0', FILE)
  const body = { type: 'upgrade' as const, firmwareId: made.id, name: 'to 2.0.0', scope: {}, policy, start: true }
  const job = await ask(client, jobs.create, { params: { org }, body })
  await harness.service.engine.idle()
  return job.id
}

const tasksOf = async (jobId: string) => {
  const { items } = await ask(client, jobs.tasks, { params: { org, jobId }, query: {} })
  return items.map(({ deviceKey, status }) => [deviceKey, status])
}

/** Downloads by the link alone, as a device does. The links carry the public address, which is not ours here. */
async function fetchFile({ fileUrl, fileSize }: OfferedFirmware): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${ports.httpPort}${new URL(fileUrl).pathname}`)
  const bytes = Buffer.from(await response.arrayBuffer())
  expect([response.status, bytes.length, bytes.equals(FILE)]).toEqual([200, fileSize, true])
}

describe('over the plain port', () => {
  beforeEach(() => begin({}, { dynamicActivation: true }))

  const keysOf = (device: DeviceKeys) => ({ productKey: device.productKey, deviceKey: device.deviceKey })
  const topicOf = ({ deviceKey }: DeviceKeys, part: string) => `/sys/${productKey}/${deviceKey}/ota/device/${part}`

  /** What every device does with the upgrade that is pushed to it, on the connection that carries it. */
  const takes = async (wire: Wire, device: DeviceKeys) => {
    const { id, params } = (await wire.message(topicOf(device, 'upgrade'))) as { id: string; params: OfferedFirmware }
    // the Node.js SDK swallows a command whose id its own counter has used: protocol, section 0.7
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    await fetchFile(params)
    for (const step of ['20', '80']) wire.publish(topicOf(device, 'progress'), { id: step, params: { step, desc: '' } })
    await wire.message(`${topicOf(device, 'progress')}_reply`)
  }
  const informs = async (wire: Wire, device: DeviceKeys, version: string) => {
    wire.publish(topicOf(device, 'inform'), { id: '1', params: { version } })
    expect(await wire.message(`${topicOf(device, 'inform')}_reply`)).toMatchObject({ code: 200 })
  }

  test.each(SDKS)('a device with the $name SDK is upgraded by push, and restarts between', async (sdk) => {
    const device = await addDevice('meter-1')
    const comes = async (version: string) => {
      const wire = await openWire(ports.mqttPort)
      expect(await wire.connect(sdk.connect(keysOf(device), device.deviceSecret), sdk.packet)).toBe(0)
      expect(await askAs(sdk, wire, keysOf(device), 'inform', { version })).toMatchObject({ code: 200 })
      return wire
    }
    const before = await comes('1.0.0')
    const jobId = await startJob()
    await takes(before, device)
    before.drop()
    const after = await comes('2.0.0')
    expect(await tasksOf(jobId)).toEqual([['meter-1', 'succeeded']])
    after.drop()
  })

  test.each(SDKS)('a device with the $name SDK that asks is upgraded, and nothing is pushed to it', async (sdk) => {
    const device = await addDevice('meter-1')
    const comes = async (version: string) => {
      const wire = await openWire(ports.mqttPort)
      expect(await wire.connect(sdk.connect(keysOf(device), device.deviceSecret), sdk.packet)).toBe(0)
      expect(await askAs(sdk, wire, keysOf(device), 'inform', { version })).toMatchObject({ code: 200 })
      return wire
    }
    const before = await comes('1.0.0')
    const jobId = await startJob(productKey, { method: 'request' })
    const answer = await askAs(sdk, before, keysOf(device), 'getversion', {})
    expect(answer).toMatchObject({ code: 200, data: [{ version: '2.0.0', fileSize: FILE.length }] })
    const [offer] = (answer as { data: OfferedFirmware[] }).data
    // asked again, the same firmware is answered
    expect(await askAs(sdk, before, keysOf(device), 'getversion', {})).toMatchObject({ data: [offer] })
    await fetchFile(offer!)
    expect(await askAs(sdk, before, keysOf(device), 'progress', { step: '80', desc: '' })).toMatchObject({ code: 200 })
    before.drop()
    const after = await comes('2.0.0')
    expect(await tasksOf(jobId)).toEqual([['meter-1', 'succeeded']])
    expect(await askAs(sdk, after, keysOf(device), 'getversion', {})).toMatchObject({ code: 200, data: [] })
    after.drop()
  })

  test('a device whose gateway drops is offline for its job, and gets the upgrade when it is logged in again', async () => {
    const [gateway, sub] = [await addDevice('gateway-1'), await addDevice('sub-1')]
    const logsIn = async (): Promise<Wire> => {
      const wire = await openWire(ports.mqttPort)
      await wire.connect(connectFields(keysOf(gateway), gateway.deviceSecret))
      const topic = `/ext/session/${productKey}/gateway-1/combine/login`
      const signed = { ...keysOf(sub), clientId: 'sub-1', timestamp: '1700000000000' }
      wire.publish(topic, {
        id: '1',
        params: { ...signed, signMethod: 'sha256', sign: sign('sha256', signed, sub.deviceSecret) },
      })
      expect(await wire.message(`${topic}_reply`)).toMatchObject({ code: 200 })
      await informs(wire, sub, '1.0.0')
      return wire
    }
    const before = await logsIn()
    before.drop()
    const why = async (jobId: string) => {
      const { items } = await ask(client, devices.why, { params: { org, deviceId: sub.id }, query: { job: jobId } })
      return items[0]?.verdict
    }
    const isOnline = () => ask(client, devices.view, { params: { org, deviceId: sub.id } })
    await expect.poll(async () => (await isOnline()).connection).toBe('offline')
    const jobId = await startJob()
    expect(await why(jobId)).toMatchObject({
      gate: 'reachable',
      reason: expect.stringMatching('The device is offline.'),
    })
    const after = await logsIn()
    expect(await after.message(topicOf(sub, 'upgrade'))).toMatchObject({ params: { version: '2.0.0' } })
    expect(await why(jobId)).toMatchObject({ gate: null, reason: 'Pushed, waiting for the device to begin.' })
    after.drop()
  })

  test('a gateway and the three devices behind it are upgraded on its connection', async () => {
    const gateway = await addDevice('gateway-1')
    const behind = await Promise.all(['sub-1', 'sub-2', 'sub-3'].map(addDevice))
    const logsIn = async (): Promise<Wire> => {
      const wire = await openWire(ports.mqttPort)
      const java = SDKS.find(({ name }) => name === 'Java')
      if (java) await wire.connect(java.connect(keysOf(gateway), gateway.deviceSecret), java.packet)
      await informs(wire, gateway, '1.0.0')
      const topic = `/ext/session/${productKey}/gateway-1/combine/login`
      for (const sub of behind) {
        const signed = { ...keysOf(sub), clientId: `${productKey}.${sub.deviceKey}`, timestamp: '1700000000000' }
        const params = { ...signed, signMethod: 'sha256', sign: sign('sha256', signed, sub.deviceSecret) }
        wire.publish(topic, { id: '1', params })
        expect(await wire.message(`${topic}_reply`)).toMatchObject({ code: 200, data: { assetId: sub.id } })
      }
      return wire
    }
    const wire = await logsIn()
    for (const sub of behind) await informs(wire, sub, '1.0.0')
    const jobId = await startJob()
    for (const sub of behind) await takes(wire, sub)
    wire.drop()
    const again = await logsIn()
    for (const sub of behind) await informs(again, sub, '2.0.0')
    expect(await tasksOf(jobId)).toEqual([
      ['gateway-1', 'published'],
      ['sub-1', 'succeeded'],
      ['sub-2', 'succeeded'],
      ['sub-3', 'succeeded'],
    ])
    again.drop()
  })

  test('a device that knows nothing but its product’s secret learns its own, and is upgraded', async () => {
    const device = await addDevice('meter-1')
    const { productSecret } = await ask(client, products.create, {
      params: { org },
      body: { name: 'Learner', productKey: 'pkLearner', dynamicActivation: true },
    })
    const learner = await ask(client, devices.create, {
      params: { org },
      body: { productKey: 'pkLearner', deviceKey: 'meter-2' },
    })
    const options = { url: `mqtt://127.0.0.1:${ports.mqttPort}`, productKey: 'pkLearner', deviceKey: 'meter-2' }
    const secret = await activate({ ...options, secret: productSecret })
    expect(secret).toBe(learner.deviceSecret)
    const link = await openLink({ ...options, secret })
    await link.inform('1.0.0')
    const pushed = new Promise<OfferedFirmware>((resolve) => link.onUpgrade(({ firmware }) => resolve(firmware)))
    const jobId = await startJob('pkLearner')
    await fetchFile(await pushed)
    await link.inform('2.0.0')
    expect(await tasksOf(jobId)).toEqual([['meter-2', 'succeeded']])
    await link.close()
    await expect(activate({ ...options, secret: productSecret })).rejects.toMatchObject({ kind: 'refused', code: 5 })
    // neither the product's secret of another product nor that of a device opens anything here
    await expect(activate({ ...options, ...keysOf(device), secret: productSecret })).rejects.toMatchObject({ code: 4 })
  })
})

test('over mutual TLS a device is upgraded whose product lets nothing else in', async () => {
  await begin(
    { TLS_CERT: pem('server'), TLS_KEY: pem('server-key'), TLS_CLIENT_CA: pem('ca'), TLS_CRL: pem('none.crl') },
    { tlsRequired: true },
  )
  const device = await addDevice('dev1')
  const [ca, cert, key] = await Promise.all(['ca', 'dev1', 'dev1-key'].map((name) => readFile(pem(name))))
  const options = { productKey, deviceKey: 'dev1', secret: device.deviceSecret }
  const plain = openLink({ ...options, url: `mqtt://127.0.0.1:${ports.mqttPort}` })
  await expect(plain).rejects.toMatchObject({ kind: 'refused', code: 5 })
  const secure = {
    ...options,
    url: `mqtts://127.0.0.1:${ports.mqttsPort}`,
    tls: { ca: ca ?? '', cert: cert ?? '', key: key ?? '' },
  }
  const before = await openLink(secure)
  await before.inform('1.0.0')
  const pushed = new Promise<OfferedFirmware>((resolve) => before.onUpgrade(({ firmware }) => resolve(firmware)))
  const jobId = await startJob()
  await fetchFile(await pushed)
  await before.progress(80, 'verified')
  before.drop()
  const after = await openLink(secure)
  await after.inform('2.0.0')
  expect(await tasksOf(jobId)).toEqual([['dev1', 'succeeded']])
  await after.close()
})
