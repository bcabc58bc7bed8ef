import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { devices } from '#contract/manage/devices.ts'
import { jobs } from '#contract/manage/jobs.ts'
import { products } from '#contract/manage/products.ts'

import { signIn, type Client } from '../../scripts/lib/client.mjs'
import { emailOf, ORG, PASSWORD, startHarness, type Harness } from '../server/harness.ts'
import {
  ask as http,
  authBody,
  authenticate,
  commandOf,
  publish,
  sessionOf,
  type Target,
} from '../support/http-wire.ts'
import { addFirmware, ask, binary, type DeviceKeys } from '../support/manage.ts'

const FILE = binary(300_000)
const org = ORG

let harness: Harness
let port: number
let httpsPort: number
let client: Client
let productKey: string
beforeEach(() => begin())

async function begin(env: Record<string, string> = {}): Promise<void> {
  harness = await startHarness({ env })
  await start()
  productKey = 'pkAlpha1'
  await ask(client, products.create, { params: { org }, body: { name: 'Meter', productKey } })
}
afterEach(() => harness.close())

async function start(): Promise<void> {
  const ports = await harness.service.start()
  port = ports.httpPort
  httpsPort = ports.httpsPort ?? 0
  client = await signIn(`http://127.0.0.1:${port}`, { email: emailOf('operator'), password: PASSWORD })
}

const addDevice = (deviceKey: string): Promise<DeviceKeys> =>
  ask(client, devices.create, { params: { org }, body: { productKey, deviceKey } })

async function startJob(version = '2.0.0', method: 'push' | 'request' = 'push') {
  const made = await addFirmware(client, { org, productKey }, version, FILE)
  const body = {
    type: 'upgrade' as const,
    firmwareId: made.id,
    name: `to ${version}`,
    scope: {},
    policy: { method },
    start: true,
  }
  const job = await ask(client, jobs.create, { params: { org }, body })
  await harness.service.engine.idle()
  return job
}

const taskOf = async (jobId: string, deviceKey: string) => {
  const { items } = await ask(client, jobs.tasks, { params: { org, jobId }, query: {} })
  return items.find((task) => task.deviceKey === deviceKey)
}

/** A device that speaks as the official sample of the Java HTTP SDK does. */
function deviceOf({ deviceKey, deviceSecret }: DeviceKeys, target?: Target) {
  // another port after a restart
  const to = () => target ?? port
  const keys = { productKey, deviceKey }
  const say = (session: string, part: string, params: object) =>
    publish(to(), session, `/sys/${productKey}/${deviceKey}/ota/device/${part}`, { id: '1', version: '1.1', params })
  return {
    keys,
    auth: () => authenticate(to(), keys, authBody(keys, deviceSecret)),
    say,
    /** A new session that says what runs, and the command that its answers carried. */
    async comes(version: string) {
      const auth = await authenticate(to(), keys, authBody(keys, deviceSecret))
      const session = sessionOf(auth)
      const inform = await say(session, 'inform', { version })
      expect(inform.json?.code).toBe(200)
      await harness.service.engine.idle()
      const next = commandOf(auth) ?? commandOf(inform) ?? commandOf(await say(session, 'getversion', {}))
      return { session, command: next as { id: string; params: { fileUrl: string; version: string } } | undefined }
    },
    download: (session: string, fileUri: string, headers = {}) =>
      http(
        to(),
        'GET',
        `//multipart/sys/${productKey}/${deviceKey}/file/download?sessionId=${session}&fileUri=${fileUri}&category=ota`,
        { headers },
      ),
  }
}

describe('an upgrade over HTTP, on the device’s own request', () => {
  test('is offered to who asks, goes from the upload to success, and may be declined', async () => {
    const [willing, unwilling] = [deviceOf(await addDevice('meter-1')), deviceOf(await addDevice('meter-2'))]
    for (const each of [willing, unwilling]) await each.comes('1.0.0')
    const { id: jobId } = await startJob('2.0.0', 'request')
    const { session, command } = await willing.comes('1.0.0')
    // nothing is pushed; `comes` has asked, and what it asked for stands in the answer's body
    expect(command).toBeUndefined()
    const again = await willing.say(session, 'getversion', {})
    const [offer, ...more] = (again.json?.data ?? []) as { version: string; fileUrl: string; fileSize: number }[]
    expect([offer?.version, offer?.fileSize, more]).toEqual(['2.0.0', FILE.length, []])
    expect(await taskOf(jobId, 'meter-1')).toMatchObject({
      status: 'published',
      via: 'request',
      reason: 'Waiting for the device to confirm.',
    })
    expect((await willing.download(session, offer!.fileUrl)).body.equals(FILE)).toBe(true)
    expect((await willing.say(session, 'progress', { step: '80', desc: '' })).json?.code).toBe(200)
    await harness.clock.advance(90_000)
    await willing.comes('2.0.0')
    expect(await taskOf(jobId, 'meter-1')).toMatchObject({ status: 'succeeded', via: 'request' })

    const other = await unwilling.comes('1.0.0')
    await unwilling.say(other.session, 'progress', { step: '-5', desc: 'not now' })
    expect(await taskOf(jobId, 'meter-2')).toMatchObject({ status: 'failed', failure: 'refused' })
  })
})

describe('an upgrade over HTTP, by push', () => {
  test('goes from the upload to the report of the new version, and every byte arrives', async () => {
    const device = deviceOf(await addDevice('meter-1'))
    await device.comes('1.0.0')
    const { id: jobId } = await startJob()
    const { session, command } = await device.comes('1.0.0')
    expect(command).toMatchObject({ params: { version: '2.0.0', fileSize: FILE.length, signMethod: 'sha256' } })
    expect(await taskOf(jobId, 'meter-1')).toMatchObject({ status: 'published' })

    const fileUrl = command!.params.fileUrl
    expect((await device.download(session, fileUrl)).body.equals(FILE)).toBe(true)
    expect((await http(port, 'GET', new URL(fileUrl).pathname)).body.equals(FILE)).toBe(true)
    const rest = await device.download(session, fileUrl, { range: 'bytes=100000-' })
    expect([rest.status, rest.body.equals(FILE.subarray(100_000))]).toEqual([206, true])

    for (const step of ['20', '25', '80']) {
      const answer = await device.say(session, 'progress', { step, desc: step })
      expect([answer.json?.code, commandOf(answer)]).toEqual([200, undefined])
    }
    expect(await taskOf(jobId, 'meter-1')).toMatchObject({ status: 'upgrading', progress: 80 })

    await harness.clock.advance(90_000)
    await device.comes('2.0.0')
    expect(await taskOf(jobId, 'meter-1')).toMatchObject({ status: 'succeeded' })
    expect(await ask(client, jobs.view, { params: { org, jobId } })).toMatchObject({ state: 'completed' })
    expect((await device.download(session, fileUrl)).status).toBe(403)
    expect((await http(port, 'GET', new URL(fileUrl).pathname)).status).toBe(403)
  })

  test('shows the device as online while its session lasts, and as offline after that', async () => {
    const made = await addDevice('meter-1')
    await deviceOf(made).comes('1.0.0')
    const view = () => ask(client, devices.view, { params: { org, deviceId: made.id } })
    expect(await view()).toMatchObject({ connection: 'online', currentVersion: '1.0.0' })
    await harness.clock.advance(600_000)
    await harness.service.engine.idle()
    expect(await view()).toMatchObject({ connection: 'offline' })
  })

  test('keeps what was offered to one device from another', async () => {
    const [one, two] = [deviceOf(await addDevice('meter-1')), deviceOf(await addDevice('meter-2'))]
    for (const each of [one, two]) await each.comes('1.0.0')
    await startJob()
    const mine = await one.comes('1.0.0')
    const theirs = await two.comes('1.0.0')
    expect(mine.command?.params.fileUrl).not.toBe(theirs.command?.params.fileUrl)
    const fileUrl = theirs.command!.params.fileUrl
    expect((await one.download(mine.session, fileUrl)).status).toBe(403)
    expect((await two.download(mine.session, fileUrl)).status).toBe(403)
    expect((await two.download(theirs.session, fileUrl)).status).toBe(200)
  })

  test('that was lost on its way is sent again when the device comes back', async () => {
    const device = deviceOf(await addDevice('meter-1'))
    await device.comes('1.0.0')
    const { id: jobId } = await startJob()
    const lost = await device.comes('1.0.0')
    await harness.clock.advance(60_000)
    const again = await device.comes('1.0.0')
    expect(again.command).toMatchObject({ id: lost.command?.id })
    expect(await taskOf(jobId, 'meter-1')).toMatchObject({ status: 'published', attempt: 1 })
  })

  test('that waited for the device’s next message is sent again when the service was restarted meanwhile', async () => {
    const device = deviceOf(await addDevice('meter-1'))
    const { session } = await device.comes('1.0.0')
    const { id: jobId } = await startJob()
    await harness.clock.advance(1_000)
    await harness.restart()
    await start()
    const informs = () => device.say(session, 'inform', { version: '1.0.0' })
    expect(commandOf(await informs())).toMatchObject({ params: { version: '2.0.0' } })
    expect(commandOf(await informs())).toBeUndefined()
    await harness.clock.advance(1_000)
    // the session is the same: that the service was restarted is no restart of the device
    await device.say(session, 'inform', { version: '2.0.0' })
    expect(await taskOf(jobId, 'meter-1')).toMatchObject({ status: 'succeeded', proof: 'reported' })
  })

  test('that was cancelled before it was handed over is never begun', async () => {
    const made = await addDevice('meter-1')
    const device = deviceOf(made)
    const { session } = await device.comes('1.0.0')
    const { id: jobId } = await startJob()
    expect(await taskOf(jobId, 'meter-1')).toMatchObject({ status: 'published' })
    await ask(client, jobs.cancel, { params: { org, jobId }, body: { deviceIds: [made.id] } })
    expect(commandOf(await device.say(session, 'getversion', {}))).toBeUndefined()
    expect(await taskOf(jobId, 'meter-1')).toMatchObject({ status: 'skipped' })
  })
})

test('a device that a person disables is out at once, also with the session that it has', async () => {
  const made = await addDevice('meter-1')
  const device = deviceOf(made)
  const { session } = await device.comes('1.0.0')
  await ask(client, devices.disable, { params: { org, deviceId: made.id } })
  expect((await device.say(session, 'inform', { version: '1.0.0' })).json?.code).toBe(401)
  expect((await device.auth()).json).toMatchObject({ code: 401, message: 'The device is disabled' })
  await harness.service.engine.idle()
  expect(await ask(client, devices.view, { params: { org, deviceId: made.id } })).toMatchObject({
    connection: 'offline',
  })
  // that it was ended outlives the process which did it
  await harness.restart()
  await start()
  await ask(client, devices.enable, { params: { org, deviceId: made.id } })
  expect((await device.say(session, 'inform', { version: '1.0.0' })).json?.code).toBe(401)
  expect((await device.auth()).json?.code).toBe(200)
})

test('a session outlives a restart of the service, and the device is online again with its next message', async () => {
  const made = await addDevice('meter-1')
  const device = deviceOf(made)
  const { session } = await device.comes('1.0.0')
  await harness.restart()
  await start()
  const view = () => ask(client, devices.view, { params: { org, deviceId: made.id } })
  expect(await view()).toMatchObject({ connection: 'offline' })
  expect((await device.say(session, 'progress', { step: '1', desc: '' })).json?.code).toBe(200)
  expect(await view()).toMatchObject({ connection: 'online' })
})

test('an upgrade over mutual TLS goes from the upload to success, for a product that lets nothing else in', async () => {
  await harness.close()
  const pem = (name: string) => join(import.meta.dirname, '../support/tls', `${name}.pem`)
  await begin({ TLS_CERT: pem('server'), TLS_KEY: pem('server-key'), TLS_CLIENT_CA: pem('ca') })
  await ask(client, products.update, { params: { org, productKey }, body: { tlsRequired: true, version: 1 } })
  const made = await addDevice('dev1')
  const [ca, cert, key] = await Promise.all([pem('ca'), pem('dev1'), pem('dev1-key')].map((path) => readFile(path)))
  const device = deviceOf(made, { port: httpsPort, ca, cert, key })
  expect((await deviceOf(made).auth()).json?.code).toBe(401)
  await device.comes('1.0.0')
  const { id: jobId } = await startJob()
  const { session, command } = await device.comes('1.0.0')
  expect((await device.download(session, command!.params.fileUrl)).body.equals(FILE)).toBe(true)
  await device.say(session, 'progress', { step: '80', desc: '' })
  await harness.clock.advance(1_000)
  await device.comes('2.0.0')
  expect(await taskOf(jobId, 'dev1')).toMatchObject({ status: 'succeeded' })
})
