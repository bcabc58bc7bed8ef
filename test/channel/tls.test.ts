import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type ConnectionOptions } from 'node:tls'

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'

import { openLink, type TlsOptions } from '#device/sdk/index.ts'

import { deviceOf, startChannel, type TestChannel } from '../support/channel.ts'
import { connectFields, openWire } from '../support/mqtt-wire.ts'

const here = (name: string) => join(import.meta.dirname, '../support/tls', name)
const pem = (name: string) => readFile(here(`${name}.pem`))
let folder: string
let t: TestChannel
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tls-'))
})
afterAll(() => rm(folder, { recursive: true }))
afterEach(() => t.stop())

const certificate = async (name: string): Promise<TlsOptions> => ({
  ca: await pem('ca'),
  cert: await pem(name),
  key: await pem(`${name}-key`),
})
const link = (deviceKey: string, tls: TlsOptions, secret = `secret-${deviceKey}`) =>
  openLink({ url: `mqtts://127.0.0.1:${t.securePort}`, productKey: 'pkAlpha1', deviceKey, secret, tls })
const outcome = (work: Promise<{ close(): Promise<void> }>) =>
  work.then(
    async (opened) => {
      await opened.close()
      return 'in'
    },
    (error: { kind: string; code?: number }) => `${error.kind} ${error.code ?? ''}`.trim(),
  )

describe('TLS without certificates of devices', () => {
  beforeEach(async () => {
    const tls = { mqttsPort: 0, certFile: here('server.pem'), keyFile: here('server-key.pem') }
    t = await startChannel([deviceOf('safe1', { tlsRequired: true })], { tls })
  })

  test('lets a device in by its signature, beside the plain port', async () => {
    expect(await outcome(link('dev1', { ca: await pem('ca') }))).toBe('in')
    await t.device('dev2')
  })

  test('is the only way for a product that asks for it', async () => {
    expect(await outcome(link('safe1', { ca: await pem('ca') }))).toBe('in')
    const wire = await t.wire()
    expect(await wire.connect(connectFields({ productKey: 'pkAlpha1', deviceKey: 'safe1' }, 'secret-safe1'))).toBe(5)
  })

  test('is not trusted by a device that pins another authority', async () => {
    expect(await outcome(link('dev1', { ca: await pem('dev2') }))).toBe('unreachable')
  })

  test('carries what is said, byte for byte, however it is cut', async () => {
    const opened = await link('dev1', { ca: await pem('ca') })
    await Promise.all([opened.inform('1.0'), opened.progress(10, 'x'.repeat(400)), opened.getversion()])
    expect(t.reports()).toHaveLength(3)
    await opened.close()
  })

  test('turns away what is no TLS, and what comes too often', async () => {
    const wire = await openWire(t.securePort)
    wire.sendRaw(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
    await wire.closed
    expect(await outcome(link('dev1', { ca: await pem('ca') }))).toBe('in')
    expect(t.channel.counts()).toMatchObject({ tls_refused: 1 })
  })
})

describe('TLS with certificates of devices', () => {
  const crlFile = () => join(folder, 'crl.pem')
  beforeEach(async () => {
    await copyFile(here('none.crl.pem'), crlFile())
    const tls = {
      mqttsPort: 0,
      certFile: here('server.pem'),
      keyFile: here('server-key.pem'),
      clientCaFile: here('ca.pem'),
      crlFile: crlFile(),
    }
    t = await startChannel([deviceOf('dev1', { productKey: 'pkOther' })], { tls })
  })

  test.each([
    ['dev1', 'deviceKey with its product as unit'],
    ['dev2', 'productKey.deviceKey'],
  ])('lets %s in with its own certificate (%s)', async (deviceKey) => {
    expect(await outcome(link(deviceKey, await certificate(deviceKey)))).toBe('in')
  })

  test.each([
    ['no certificate', 'dev1', undefined, undefined, 'unreachable'],
    ['a certificate of another authority', 'dev1', 'forged', undefined, 'unreachable'],
    ['the certificate of another device', 'dev1', 'dev2', undefined, 'refused 5'],
    ['a certificate that names nobody', 'dev1', 'nameless', undefined, 'refused 5'],
    ['its own certificate and a wrong secret', 'dev1', 'dev1', 'wrong', 'refused 4'],
  ])('refuses %s', async (_name, deviceKey, name, secret, expected) => {
    const tls = name === undefined ? { ca: await pem('ca') } : await certificate(name)
    expect(await outcome(link(deviceKey, tls, secret))).toBe(expected)
    expect(t.seen).toEqual([])
  })

  test('refuses the certificate of a device with the same key in another product', async () => {
    const other = openLink({
      url: `mqtts://127.0.0.1:${t.securePort}`,
      productKey: 'pkOther',
      deviceKey: 'dev1',
      secret: 'secret-dev1',
      tls: await certificate('dev1'),
    })
    expect(await outcome(other)).toBe('refused 5')
  })

  test('ends a device whose certificate is revoked once the list is read anew, even if it resumes its TLS session', async () => {
    const first = await resumable('revoked')
    await first.wire.connect(connectFields({ productKey: 'pkAlpha1', deviceKey: 'dev3' }, 'secret-dev3'))
    const session = await first.session
    await copyFile(here('revoked.crl.pem'), crlFile())
    await t.channel.reloadTls()
    await first.wire.closed
    const again = await resumable('revoked', { session })
    await again.wire.closed
    expect(t.seen.filter(({ what }) => what === 'opened')).toHaveLength(1)
    expect(await outcome(link('dev1', await certificate('dev1')))).toBe('in')
  })

  test('goes on with the old list when the new one cannot be read', async () => {
    await writeFile(crlFile(), 'no list')
    await expect(t.channel.reloadTls()).rejects.toThrow()
    expect(await outcome(link('dev1', await certificate('dev1')))).toBe('in')
  })

  /** A connection that remembers its TLS session, as a device may to save a round trip. */
  async function resumable(name: string, more: ConnectionOptions = {}) {
    const tls = await certificate(name)
    let remember: (session: Buffer) => void = () => undefined
    const session = new Promise<Buffer>((resolve) => (remember = resolve))
    const wire = await openWire(t.securePort, (port) => {
      const socket = connect({ port, host: '127.0.0.1', ...tls, ...more })
      socket.on('session', remember)
      return socket
    })
    return { wire, session }
  }
})
