import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { deviceOf, startChannel, type TestChannel } from '../support/channel.ts'
import { connectFields } from '../support/mqtt-wire.ts'

let t: TestChannel
beforeEach(async () => {
  t = await startChannel([
    deviceOf('off1', { enabled: false }),
    deviceOf('tls1', { tlsRequired: true }),
    deviceOf('new1', { activated: false, dynamicActivation: true }),
    deviceOf('new2', { activated: false, dynamicActivation: true }),
    deviceOf('shy1', { activated: false }),
  ])
})
afterEach(() => t.stop())

const codeOf = async (deviceKey: string, secret: string, changes = {}) => {
  const wire = await t.wire()
  return wire.connect(connectFields({ productKey: 'pkAlpha1', deviceKey }, secret, changes))
}

describe('a device is let in', () => {
  test.each([
    ['the Python SDK', { cid: 'dev1', timestamp: '1795423346623.4773', signMethod: 'hmacsha256' }],
    ['the Node.js SDK', { cid: 'dev1' }],
    ['the Java SDK', { cid: 'dev1{ip=10.0.0.5,version=enos-mqtt-0.2.2,compress=DEFAULT}' }],
    ['the C SDK', { cid: 'pkAlpha1.dev1', timestamp: '2524608000000' }],
    ['the vendor’s page', { cid: 'anything at all' }],
  ])('as %s names itself', async (_name, changes) => {
    expect(await codeOf('dev1', 'secret-dev1', changes)).toBe(0)
    expect(t.channel.door.sessions()).toBe(1)
  })

  test('with an upper-case signature', async () => {
    const fields = connectFields({ productKey: 'pkAlpha1', deviceKey: 'dev1' }, 'secret-dev1')
    const wire = await t.wire()
    expect(await wire.connect({ ...fields, password: fields.password.toUpperCase() })).toBe(0)
  })

  test('and its presence is recorded before it learns so', async () => {
    await t.device('dev1')
    expect(t.seen).toMatchObject([{ what: 'opened', device: { deviceId: 'id-dev1' } }])
  })

  test('and its end is recorded', async () => {
    const wire = await t.device('dev1')
    wire.drop()
    const opened = await t.until((entry) => entry.what === 'opened')
    const closed = await t.until((entry) => entry.what === 'closed')
    expect(closed.session).toEqual(opened.session)
    expect(t.channel.door.sessions()).toBe(0)
  })

  test('not before about 30 milliseconds, because the Python SDK is not listening sooner', async () => {
    const wire = await t.wire()
    const sentAt = performance.now()
    await wire.connect(connectFields({ productKey: 'pkAlpha1', deviceKey: 'dev1' }, 'secret-dev1'))
    expect(performance.now() - sentAt).toBeGreaterThanOrEqual(25)
  })
})

describe('a device is refused', () => {
  test.each([
    ['a wrong secret', 'dev1', 'secret-dev2', {}, 4],
    ['another device’s secret', 'dev1', 'secret-dev2', { cid: 'dev2' }, 4],
    ['an unknown device, with the same answer', 'nobody', 'secret', {}, 4],
    ['a weak signature', 'dev1', 'secret-dev1', { signMethod: 'md5' }, 5],
    ['being disabled', 'off1', 'secret-off1', {}, 5],
    ['a plain connection where its product asks for TLS', 'tls1', 'secret-tls1', {}, 5],
    ['compressed payloads', 'dev1', 'secret-dev1', { cid: 'dev1{compress=GZIP}' }, 2],
    ['the product’s secret where the product does not allow it', 'shy1', 'psSecret01', { secureMode: 3 }, 5],
    ['the product’s secret when it was activated before', 'dev1', 'psSecret01', { secureMode: 3 }, 5],
    ['the product’s secret in place of its own', 'dev1', 'psSecret01', {}, 4],
  ] as const)('for %s', async (_name, deviceKey, secret, changes, code) => {
    expect(await codeOf(deviceKey, secret, changes)).toBe(code)
    expect(t.seen).toEqual([])
    expect(t.channel.door.sessions()).toBe(0)
  })

  test('for a client id that cannot be read', async () => {
    const wire = await t.wire()
    const fields = connectFields({ productKey: 'pkAlpha1', deviceKey: 'dev1' }, 'secret-dev1')
    expect(await wire.connect({ ...fields, clientId: 'dev1' })).toBe(2)
    await wire.closed
    expect(t.channel.counts()).toMatchObject({ login_refused_malformed_clientId: 1 })
  })

  test('and weak signatures are taken where the deployment says so', async () => {
    const weak = await startChannel([], { allowWeakSign: true })
    const wire = await weak.wire()
    const fields = connectFields({ productKey: 'pkAlpha1', deviceKey: 'dev1' }, 'secret-dev1', { signMethod: 'sha1' })
    expect(await wire.connect(fields)).toBe(0)
    await weak.stop()
  })

  test('when a packet other than CONNECT comes first', async () => {
    const wire = await t.wire()
    wire.publish('/sys/pkAlpha1/dev1/ota/device/inform', {})
    await wire.closed
    expect(t.seen).toEqual([])
  })

  test('when its CONNECT is larger than any SDK’s', async () => {
    const wire = await t.wire()
    wire.sendRaw(Buffer.concat([Buffer.from([0x10, 0xff, 0xff, 0x3f]), Buffer.alloc(70_000)]))
    await wire.closed
    expect(t.channel.counts()).toMatchObject({ connection_ended_packetTooLarge: 1 })
  })
})

describe('a newer login', () => {
  test('of the same device takes over, whatever its client id', async () => {
    const older = await t.device('dev1')
    const newer = await t.wire()
    const fields = connectFields({ productKey: 'pkAlpha1', deviceKey: 'dev1' }, 'secret-dev1', { cid: 'pkAlpha1.dev1' })
    expect(await newer.connect(fields)).toBe(0)
    await older.closed
    await t.until((entry) => entry.what === 'closed')
    expect(t.channel.door.sessions()).toBe(1)
    await newer.settle()
  })

  test('that fails does not touch the older', async () => {
    const older = await t.device('dev1')
    expect(await codeOf('dev1', 'wrong')).toBe(4)
    await older.settle()
    expect(t.channel.door.sessions()).toBe(1)
  })

  test('again and again leaves one session', async () => {
    const wires = await Promise.all(Array.from({ length: 10 }, () => t.wire()))
    const fields = connectFields({ productKey: 'pkAlpha1', deviceKey: 'dev1' }, 'secret-dev1')
    const codes = await Promise.allSettled(wires.map((wire) => wire.connect(fields)))
    expect(codes.some((code) => code.status === 'fulfilled' && code.value === 0)).toBe(true)
    expect(t.channel.door.sessions()).toBe(1)
  })
})

describe('activation', () => {
  const info = '/ext/session/pkAlpha1/new1/thing/activate/info'
  const login = async (secret: string, mode: 2 | 3) => {
    const wire = await t.wire()
    const fields = connectFields({ productKey: 'pkAlpha1', deviceKey: 'new1' }, secret, { secureMode: mode })
    return { wire, code: await wire.connect(fields) }
  }

  test('tells a device its own secret, unasked, and once', async () => {
    const first = await login('psSecret01', 3)
    expect(first.code).toBe(0)
    expect(await first.wire.message(info)).toMatchObject({
      id: expect.any(String),
      params: { assetId: 'id-new1', productKey: 'pkAlpha1', deviceKey: 'new1', deviceSecret: 'secret-new1' },
    })
    first.wire.publish(`${info}_reply`, { id: '1', code: 200, data: null })
    await first.wire.settle()
    expect((await login('secret-new1', 2)).code).toBe(0)
    expect((await login('psSecret01', 3)).code).toBe(5)
  })

  test('is no session: it reports nothing and shows no presence', async () => {
    const { wire } = await login('psSecret01', 3)
    wire.publish('/sys/pkAlpha1/new1/ota/device/inform', { id: '1', params: { version: '1.0' } })
    expect(await wire.message('/sys/pkAlpha1/new1/ota/device/inform_reply')).toMatchObject({ code: 1009 })
    expect(t.seen).toEqual([])
  })

  test('is spent by a login with the device’s own secret, so that nobody with the product’s secret can steal it', async () => {
    expect((await login('secret-new1', 2)).code).toBe(0)
    expect((await login('psSecret01', 3)).code).toBe(5)
  })

  test('of two at once tells one', async () => {
    const both = await Promise.all([login('psSecret01', 3), login('psSecret01', 3)])
    const told = await Promise.allSettled(both.map(({ wire }) => wire.message(info)))
    expect(told.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
  })
})
