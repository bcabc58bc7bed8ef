import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

import { afterEach, describe, expect, test } from 'vitest'

import { listenHttps, type HttpsPort } from '#server/http/https.ts'
import { readContext } from '#server/channel/tls.ts'

import { deviceOf } from '../support/channel.ts'
import { FILE, idOf, startDeviceHttp, topicOf, type TestDeviceHttp } from '../support/device-http.ts'
import { ask, authBody, authenticate, publish, sessionOf } from '../support/http-wire.ts'

const here = (name: string) => join(import.meta.dirname, '../support/tls', `${name}.pem`)
const pem = (name: string) => readFile(here(name))

let t: TestDeviceHttp
let https: HttpsPort
afterEach(async () => {
  await https.close()
  await t.stop()
})

async function start(files: { clientCaFile?: string; crlFile?: string } = {}): Promise<void> {
  const asksForCertificate = files.clientCaFile !== undefined
  t = await startDeviceHttp({
    devices: [deviceOf('safe1', { deviceId: idOf(50), tlsRequired: true })],
    asksForCertificate,
  })
  const context = () => readContext({ certFile: here('server'), keyFile: here('server-key'), ...files })
  https = await listenHttps(t.app, { host: '127.0.0.1', port: 0, context, asksForCertificate })
}

const certificate = async (name: string) => ({ cert: await pem(name), key: await pem(`${name}-key`) })
type Shown = Awaited<ReturnType<typeof certificate>>

const target = async (shown?: Shown) => ({ port: https.port, ca: await pem('ca'), ...shown })
const auth = async (deviceKey: string, shown?: Shown, secret = `secret-${deviceKey}`) => {
  const keys = { productKey: 'pkAlpha1', deviceKey }
  return authenticate(await target(shown), keys, authBody(keys, secret))
}
const INFORM = { id: '1', params: { version: '1' } }

describe('HTTPS', () => {
  test('carries the same routes, and is what a product may ask for', async () => {
    await start()
    const session = sessionOf(await auth('safe1'))
    const answer = await publish(await target(), session, '/sys/pkAlpha1/safe1/ota/device/inform', INFORM)
    expect(answer.json).toMatchObject({ id: '1', code: 200 })
  })

  test('takes renewed certificates while it runs', async () => {
    await start()
    await https.reload()
    expect((await auth('dev1')).json?.code).toBe(200)
  })
})

describe('mutual TLS over HTTP', () => {
  test('lets in a device whose certificate names it, on top of its signature', async () => {
    await start({ clientCaFile: here('ca') })
    expect((await auth('dev1', await certificate('dev1'))).json?.code).toBe(200)
    expect((await auth('dev1', await certificate('dev1'), 'another secret')).json?.code).toBe(401)
  })

  test.each(['dev2', 'forged'])('refuses the certificate of another device or authority: %s', async (name) => {
    await start({ clientCaFile: here('ca') })
    expect((await auth('dev1', await certificate(name))).json).toMatchObject({
      code: 401,
      message: expect.stringContaining('certificate'),
    })
  })

  test('refuses a device that shows none', async () => {
    await start({ clientCaFile: here('ca') })
    expect((await auth('dev1')).json?.code).toBe(401)
  })

  test('refuses a session that is carried on with another certificate', async () => {
    await start({ clientCaFile: here('ca') })
    const session = sessionOf(await auth('dev1', await certificate('dev1')))
    const informs = async (shown?: Shown) =>
      (await publish(await target(shown), session, topicOf(1, 'inform'), INFORM)).json?.code
    expect(await informs(await certificate('dev2'))).toBe(401)
    expect(await informs()).toBe(401)
    expect(await informs(await certificate('dev1'))).toBe(200)
  })

  test('sends a file to the device that its link was made for, and to none with the certificate of another', async () => {
    await start({ clientCaFile: here('ca') })
    const { pathname } = new URL(t.linkOf(1))
    const fetched = async (shown?: Shown) => ask(await target(shown), 'GET', pathname)
    const foreign = await fetched(await certificate('dev2'))
    expect([foreign.status, foreign.json]).toMatchObject([403, { code: 'link_foreign' }])
    expect((await fetched(await certificate('dev1'))).body.equals(FILE)).toBe(true)
    // the vendor's SDKs fetch files without showing anything: there the link alone is the right
    expect((await fetched()).body.equals(FILE)).toBe(true)
  })

  test.each([
    ['none.crl', 200],
    ['revoked.crl', 401],
  ])('asks the list of revoked certificates: %s, %i', async (list, code) => {
    await start({ clientCaFile: here('ca'), crlFile: here(list) })
    expect((await auth('dev3', await certificate('revoked'))).json?.code).toBe(code)
  })
})
