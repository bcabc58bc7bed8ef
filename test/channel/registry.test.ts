import { afterEach, beforeEach, expect, test } from 'vitest'

import { sign } from '#contract/device/sign.ts'
import type { ActivityEntry } from '#contract/manage/activity.ts'
import { devices } from '#contract/manage/devices.ts'
import { products } from '#contract/manage/products.ts'

import { signIn, type Client } from '../../scripts/lib/client.mjs'
import { emailOf, ORG, PASSWORD, startHarness, type Harness } from '../server/harness.ts'
import { authBody, authenticate, publish, sessionOf } from '../support/http-wire.ts'
import { ask, type DeviceKeys } from '../support/manage.ts'
import { connectFields, openWire, type Wire } from '../support/mqtt-wire.ts'

/*
 * What operators do with a device, as devices feel it: a whole service, bare MQTT packets and bare HTTP.
 */

const org = ORG
const productKey = 'pkAlpha1'
let harness: Harness
let ports: { httpPort: number; mqttPort: number }
let client: Client
let productSecret: string
let wires: Wire[] = []
let one: DeviceKeys
let other: DeviceKeys
beforeEach(async () => {
  harness = await startHarness()
  ports = await harness.service.start()
  client = await signIn(`http://127.0.0.1:${ports.httpPort}`, { email: emailOf('operator'), password: PASSWORD })
  const body = { name: 'Meter', productKey, dynamicActivation: true }
  productSecret = (await ask(client, products.create, { params: { org }, body })).productSecret
  one = await register('device-1')
  other = await register('device-2')
})
afterEach(async () => {
  for (const wire of wires) wire.drop()
  wires = []
  await harness.close()
})

const register = (deviceKey: string): Promise<DeviceKeys> =>
  ask(client, devices.create, { params: { org }, body: { productKey, deviceKey } })
const at = ({ id }: DeviceKeys) => ({ params: { org, deviceId: id } })
const shown = (device: DeviceKeys) => ask(client, devices.view, at(device))

/** A CONNECT; 0 lets in, 4 says that the signature is wrong, 5 that it may not. */
async function connect(device: DeviceKeys, secret = device.deviceSecret, secureMode: 2 | 3 = 2) {
  const wire = await openWire(ports.mqttPort)
  wires.push(wire)
  const code = await wire.connect(connectFields(device, secret, { secureMode }))
  return { wire, code }
}
async function comeOnline(device: DeviceKeys): Promise<Wire> {
  const { wire, code } = await connect(device)
  expect(code).toBe(0)
  return wire
}

const auth = (device: DeviceKeys, secret = device.deviceSecret) =>
  authenticate(ports.httpPort, device, authBody(device, secret))
const topicOf = ({ deviceKey }: DeviceKeys) => `/sys/${productKey}/${deviceKey}/ota/device/inform`
const said = { id: '1', version: '1.0', params: { version: '1.0.0' } }
const informByHttp = async (device: DeviceKeys, session: string) =>
  (await publish(ports.httpPort, session, topicOf(device), said)).json?.code
async function inform(wire: Wire, device: DeviceKeys): Promise<unknown> {
  wire.publish(topicOf(device), said)
  return wire.message(`${topicOf(device)}_reply`)
}

/** Both ways in, and a neighbour that is to notice nothing of what happens next. */
async function bothWaysIn() {
  const session = sessionOf(await auth(one))
  expect(await informByHttp(one, session)).toBe(200)
  const [wire, neighbour] = [await comeOnline(one), await comeOnline(other)]
  return { session, wire, neighbour }
}

/** Nothing that was good before lets the device in, and the neighbour is still there. */
async function shutOut({ session, wire, neighbour }: Awaited<ReturnType<typeof bothWaysIn>>, code: 4 | 5) {
  await wire.closed
  expect((await connect(one)).code).toBe(code)
  expect((await auth(one)).json).toMatchObject({ code: 401, data: {} })
  expect(await informByHttp(one, session)).toBe(401)
  expect(await inform(neighbour, other)).toMatchObject({ code: 200 })
}

test('a new secret shuts out whoever has the old one, over MQTT and HTTP, and lets in who has the new', async () => {
  const before = await bothWaysIn()
  const { deviceSecret } = await ask(client, devices.resetSecret, at(one))
  expect(deviceSecret).not.toBe(one.deviceSecret)
  await shutOut(before, 4)
  await expect.poll(() => shown(one)).toMatchObject({ connection: 'offline' })
  await harness.clock.advance(1_000)
  const renewed = { ...one, deviceSecret }
  expect(await inform(await comeOnline(renewed), one)).toMatchObject({ code: 200 })
  expect(await informByHttp(one, sessionOf(await auth(renewed)))).toBe(200)
})

test('a disabled device is shut out until it is enabled, and its old session does not come back to life', async () => {
  const before = await bothWaysIn()
  await ask(client, devices.disable, at(one))
  await shutOut(before, 5)
  await harness.clock.advance(1_000)
  await ask(client, devices.enable, at(one))
  expect(await informByHttp(one, before.session)).toBe(401)
  await comeOnline(one)
  expect(await informByHttp(one, sessionOf(await auth(one)))).toBe(200)
})

test('nothing lets a deleted device in, also not when its key is registered anew, and its history stays', async () => {
  const before = await bothWaysIn()
  await ask(client, devices.delete, at(one))
  await shutOut(before, 4)
  await harness.clock.advance(1_000)
  const anew = await register('device-1')
  await shutOut(before, 4)
  expect(await inform(await comeOnline(anew), anew)).toMatchObject({ code: 200 })
  expect(await shown(anew)).toMatchObject({ currentVersion: '1.0.0' })
  const { items } = await ask(client, devices.history, { ...at(one), query: {} })
  expect(items.map(({ action }) => action.slice('device.'.length))).toEqual([
    'deleted',
    'reported',
    'activated',
    'created',
  ])
})

/** What a device that knows only its product's secret is told, or why it is refused. */
async function activate(device: DeviceKeys, secret = productSecret): Promise<number | string> {
  const { wire, code } = await connect(device, secret, 3)
  if (code !== 0) return code
  const told = await wire.message(`/ext/session/${productKey}/${device.deviceKey}/thing/activate/info`)
  wire.drop()
  return (told as { params: { deviceSecret: string } }).params.deviceSecret
}

test('a device is activated once, and after a reset exactly once more', async () => {
  expect((await shown(one)).activatedAt).toBeNull()
  const url = `/api/orgs/${org}/devices/${one.id}/reset-activation`
  const early = await harness.send('operator', { method: 'POST', url })
  expect([early.statusCode, early.json<{ code: string }>().code]).toEqual([409, 'not_activated'])
  for (let round = 0; round < 2; round += 1) {
    expect(await activate(one)).toBe(one.deviceSecret)
    expect(await activate(one)).toBe(5)
    await ask(client, devices.resetActivation, at(one))
  }
  // a device that shows its own secret has no more use for its product's
  await comeOnline(one)
  expect(await activate(one)).toBe(5)
})

test('each activation stands in the log once, by the device and from its address, and tells no secret', async () => {
  await activate(one)
  await activate(one)
  await comeOnline(other)
  await comeOnline(other)
  const overHttp = await register('device-http')
  await auth(overHttp)
  const url = `/api/orgs/${org}/activity?action=device.activated&order=asc`
  const { items } = (await harness.send('viewer', { url })).json<{ items: ActivityEntry[] }>()
  const activatedAt = new Date(harness.clock.now()).toISOString()
  const lineOf = ({ id, deviceKey }: DeviceKeys) => ({
    actor: { id, name: deviceKey },
    actorKind: 'device',
    address: expect.stringMatching(/127\.0\.0\.1$/),
    objectId: id,
    changes: [{ field: 'activatedAt', before: null, after: activatedAt }],
  })
  expect(items).toMatchObject([one, other, overHttp].map(lineOf))
  expect(items.map(({ summary }) => summary)).toEqual([
    `Device ${one.deviceKey} was activated: it was told its secret.`,
    `Device ${other.deviceKey} was activated: it came with its own secret.`,
    'Device device-http was activated: it came with its own secret.',
  ])
  const rows = JSON.stringify(await harness.db.read.selectFrom('log').selectAll().execute())
  for (const { deviceSecret } of [one, other, overHttp]) expect(rows).not.toContain(deviceSecret)
})

test('a new product secret ends activation by the old one, and no device notices', async () => {
  const wire = await comeOnline(other)
  const renewed = await ask(client, products.resetSecret, { params: { org, productKey } })
  expect(await activate(one)).toBe(4)
  expect(await activate(one, renewed.productSecret)).toBe(one.deviceSecret)
  expect(await inform(wire, other)).toMatchObject({ code: 200 })
})

const combine = (gateway: DeviceKeys, part: string) => `/ext/session/${productKey}/${gateway.deviceKey}/combine/${part}`

async function logInBehind(wire: Wire, gateway: DeviceKeys, { deviceKey, deviceSecret }: DeviceKeys) {
  const signed = { clientId: deviceKey, deviceKey, productKey, timestamp: '1700000000000' }
  const params = { ...signed, signMethod: 'sha256', sign: sign('sha256', signed, deviceSecret) }
  wire.publish(combine(gateway, 'login'), { id: '2', version: '1.0', params })
  return wire.message(`${combine(gateway, 'login')}_reply`)
}

test('a gateway hears of what is done to the devices behind it', async () => {
  const sub = await register('sub-1')
  const [wire, neighbour] = [await comeOnline(one), await comeOnline(other)]
  expect(await logInBehind(wire, one, sub)).toMatchObject({ code: 200 })
  const behind = () => ask(client, devices.subDevices, { ...at(one), query: {} })
  expect((await behind()).items).toMatchObject([{ deviceKey: 'sub-1', connection: 'online', gatewayId: one.id }])
  const params = [{ productKey, deviceKey: 'sub-1' }]

  await ask(client, devices.disable, at(sub))
  expect(await wire.message(combine(one, 'disable'))).toMatchObject({ method: 'combine.disable', params })
  expect(await inform(wire, sub)).toMatchObject({ code: 1009 })
  expect(await logInBehind(wire, one, sub)).toMatchObject({ code: 401 })
  await ask(client, devices.enable, at(sub))
  expect(await wire.message(combine(one, 'enable'))).toMatchObject({ method: 'combine.enable', params })
  expect(await logInBehind(wire, one, sub)).toMatchObject({ code: 200 })

  await ask(client, devices.delete, at(sub))
  expect(await wire.message(combine(one, 'delete'))).toMatchObject({ method: 'combine.delete', params })
  expect(await inform(wire, sub)).toMatchObject({ code: 1009 })
  expect((await behind()).items).toEqual([])
  expect(await inform(wire, one)).toMatchObject({ code: 200 })
  expect(await inform(neighbour, other)).toMatchObject({ code: 200 })
})

test('a device that came with its own secret behind a gateway cannot be activated any more either', async () => {
  const sub = await register('sub-1')
  await logInBehind(await comeOnline(one), one, sub)
  expect(await activate(sub)).toBe(5)
  const { items } = await ask(client, devices.history, { ...at(sub), query: {} })
  expect(items.map(({ action }) => action)).toEqual(['device.activated', 'device.created'])
})

test('the devices behind a deleted gateway go offline and stay registered, behind none', async () => {
  const sub = await register('sub-1')
  const wire = await comeOnline(one)
  await logInBehind(wire, one, sub)
  await ask(client, devices.delete, at(one))
  await wire.closed
  await expect.poll(() => shown(sub)).toMatchObject({ connection: 'offline', gatewayId: null })
  expect(await inform(await comeOnline(sub), sub)).toMatchObject({ code: 200 })
})
