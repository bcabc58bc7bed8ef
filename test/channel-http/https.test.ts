import { readFile } from 'node:fs/promises'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { request, type RequestOptions } from 'node:https'
import { join } from 'node:path'

import { afterEach, describe, expect, test } from 'vitest'

import { listenHttps, type HttpsPort } from '#server/http/https.ts'
import { readContext } from '#server/channel/tls.ts'

import { deviceOf } from '../support/channel.ts'
import { idOf, keysOf, startDeviceHttp, topicOf, type TestDeviceHttp } from '../support/device-http.ts'
import { authBody } from '../support/http-wire.ts'

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

async function post(path: string, body: string, options: RequestOptions = {}) {
  const ca = await pem('ca')
  const sent = request({ host: '127.0.0.1', port: https.port, method: 'POST', path, ca, agent: false, ...options })
  sent.end(body)
  const [response] = (await once(sent, 'response')) as [IncomingMessage]
  const pieces: Buffer[] = []
  for await (const piece of response) pieces.push(piece as Buffer)
  return JSON.parse(Buffer.concat(pieces).toString()) as { code: number; data: { sessionId: string }; message: string }
}

const certificate = async (name: string) => ({ cert: await pem(name), key: await pem(`${name}-key`) })
const auth = async (deviceKey: string, options: RequestOptions = {}) =>
  post(`//auth/pkAlpha1/${deviceKey}`, authBody({ productKey: 'pkAlpha1', deviceKey }, `secret-${deviceKey}`), options)

describe('HTTPS', () => {
  test('carries the same routes, and is what a product may ask for', async () => {
    await start()
    const { code, data } = await auth('safe1')
    expect(code).toBe(200)
    const topic = '/sys/pkAlpha1/safe1/ota/device/inform'
    const inform = '{"id":"1","params":{"version":"1"}}'
    expect(await post(`//topic${topic}?sessionId=${data.sessionId}`, inform)).toMatchObject({ id: '1', code: 200 })
  })

  test('takes renewed certificates while it runs', async () => {
    await start()
    await https.reload()
    expect((await auth('dev1')).code).toBe(200)
  })
})

describe('mutual TLS over HTTP', () => {
  test('lets in a device whose certificate names it, on top of its signature', async () => {
    await start({ clientCaFile: here('ca') })
    expect((await auth('dev1', await certificate('dev1'))).code).toBe(200)
    const wrong = authBody(keysOf(1), 'another secret')
    expect((await post('//auth/pkAlpha1/dev1', wrong, await certificate('dev1'))).code).toBe(401)
  })

  test.each(['dev2', 'forged'])('refuses the certificate of another device or authority: %s', async (name) => {
    await start({ clientCaFile: here('ca') })
    expect(await auth('dev1', await certificate(name))).toMatchObject({
      code: 401,
      message: expect.stringContaining('certificate'),
    })
  })

  test('refuses a device that shows none', async () => {
    await start({ clientCaFile: here('ca') })
    expect((await auth('dev1')).code).toBe(401)
  })

  test('refuses a session that is carried on with another certificate', async () => {
    await start({ clientCaFile: here('ca') })
    const { data } = await auth('dev1', await certificate('dev1'))
    const path = `/topic${topicOf(1, 'inform')}?sessionId=${data.sessionId}`
    const inform = '{"id":"1","params":{"version":"1"}}'
    expect((await post(path, inform, await certificate('dev2'))).code).toBe(401)
    expect((await post(path, inform)).code).toBe(401)
    expect((await post(path, inform, await certificate('dev1'))).code).toBe(200)
  })

  test.each([
    ['none.crl', 200],
    ['revoked.crl', 401],
  ])('asks the list of revoked certificates: %s, %i', async (list, code) => {
    await start({ clientCaFile: here('ca'), crlFile: here(list) })
    expect((await auth('dev3', await certificate('revoked'))).code).toBe(code)
  })
})
