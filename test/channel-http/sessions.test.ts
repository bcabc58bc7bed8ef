import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { createHttpChannel } from '#server/channel/http/index.ts'

import { createMemoryDirectory, silentLog } from '../support/channel.ts'
import { idOf, START, startDeviceHttp, type TestDeviceHttp } from '../support/device-http.ts'

const MARGIN = 60_000
const MINUTE = 60_000
const HOUR = 3_600_000

let t: TestDeviceHttp
beforeEach(async () => {
  t = await startDeviceHttp()
})
afterEach(() => t.stop())

const what = () => t.seen.map((entry) => entry.what)
const deviceAt = (index: number) => t.devices[index - 1]!

describe('a session (4.1)', () => {
  test('of one device is several: the SDK opens one when it is built and one at its first message', async () => {
    const [first, second] = await Promise.all([t.session(1), t.session(1)])
    expect(first).not.toBe(second)
    expect((await t.inform(first)).json?.code).toBe(200)
    expect((await t.inform(second)).json?.code).toBe(200)
  })

  test.each([300_000, '30000'])('holds its lifetime and a margin since auth, unused (%s)', async (lifetime) => {
    const session = await t.session(1, { lifetime })
    await t.clock.advance(Number(lifetime) + MARGIN)
    expect((await t.inform(session)).json?.code).toBe(200)
  })

  test('holds its lifetime and a margin since its last use, however long ago it was opened', async () => {
    const session = await t.session(1)
    for (let round = 0; round < 20; round++) {
      await t.clock.advance(300_000)
      expect((await t.inform(session)).json?.code).toBe(200)
    }
  })

  test('that was left unused ends after its lifetime, also while another of the device is used', async () => {
    const [unused, used] = [await t.session(1), await t.session(1)]
    for (let round = 0; round < 4; round++) {
      await t.clock.advance(2 * MINUTE)
      await t.inform(used)
    }
    expect((await t.inform(used)).json?.code).toBe(200)
    expect((await t.inform(unused)).json).toEqual({ id: '', code: 401, data: {}, message: expect.any(String) })
  })

  test('is refused with one changed character, wherever it is', async () => {
    const session = await t.session(1)
    for (let at = 0; at < session.length; at++) {
      const wrong = session.slice(0, at) + (session[at] === 'A' ? 'B' : 'A') + session.slice(at + 1)
      expect(await t.channel.identify(wrong, { address: '', secure: false })).toBeUndefined()
    }
  })

  test.each(['', 'x', '.', 'a.b.c', 'a'.repeat(5_000), '%00', '[]', '__proto__'])(
    'that was never opened is refused (%.20s)',
    async (session) => {
      expect([401, 460]).toContain((await t.inform(encodeURIComponent(session))).json?.code)
      expect(t.seen).toEqual([])
    },
  )

  test('ends with the secret of its device', async () => {
    const session = await t.session(1)
    Object.assign(deviceAt(1), { secretGeneration: 2, deviceSecret: 'another' })
    expect((await t.inform(session)).json?.code).toBe(401)
  })

  test('ends with its device, and does not become that of a new device of the same keys', async () => {
    const session = await t.session(1)
    Object.assign(deviceAt(1), { deviceId: idOf(77) })
    expect((await t.inform(session)).json?.code).toBe(401)
  })

  test('ends when the device is disabled, and stays ended when it is enabled again', async () => {
    const session = await t.session(1)
    deviceAt(1).enabled = false
    t.channel.door.close(idOf(1), 'disabled')
    await t.until((entry) => entry.what === 'closed')
    expect(what()).toEqual(['opened', 'closed'])
    expect((await t.inform(session)).json?.code).toBe(401)
    deviceAt(1).enabled = true
    expect((await t.inform(session)).json?.code).toBe(401)
    await t.clock.advance(1)
    expect((await t.inform(await t.session(1))).json?.code).toBe(200)
  })

  test('holds in another process, and after a restart', async () => {
    const session = await t.session(1)
    const other = createHttpChannel({
      clock: t.clock,
      log: silentLog,
      directory: createMemoryDirectory(t.devices),
      intake: () => t.intake,
      secret: 'a secret of this deployment, long enough',
      isStanding: async () => true,
    })
    expect(await other.identify(session, { address: '', secure: false })).toMatchObject({ deviceId: idOf(1) })
    const foreign = createHttpChannel({
      clock: t.clock,
      log: silentLog,
      directory: createMemoryDirectory(t.devices),
      intake: () => t.intake,
      secret: 'the secret of another deployment altogether',
      isStanding: async () => true,
    })
    expect(await foreign.identify(session, { address: '', secure: false })).toBeUndefined()
  })
})

describe('presence', () => {
  test('begins with auth and ends when the session lapses, by the clock alone', async () => {
    await t.session(1, { lifetime: 30_000 })
    expect(t.seen).toMatchObject([{ what: 'opened', device: { deviceId: idOf(1) }, session: { startedAt: START } }])
    expect(t.channel.door.sessions()).toBe(1)
    await t.clock.advance(30_000 + MARGIN - 1)
    expect(what()).toEqual(['opened'])
    await t.clock.advance(1)
    expect(what()).toEqual(['opened', 'closed'])
    expect(t.channel.door.sessions()).toBe(0)
  })

  test('goes on with every use', async () => {
    const session = await t.session(1, { lifetime: 30_000 })
    for (let round = 0; round < 5; round++) {
      await t.clock.advance(80_000)
      await t.inform(session)
    }
    expect(what().filter((each) => each !== 'report')).toEqual(['opened'])
  })

  test('is of one session at a time: a newer one takes over, and only the newest is closed', async () => {
    await t.session(1)
    await t.clock.advance(1_000)
    await t.session(1)
    await t.clock.advance(HOUR)
    expect(what()).toEqual(['opened', 'opened', 'closed'])
    const [, second, last] = t.seen
    expect(last?.session).toEqual(second?.session)
  })

  test('of a device with a long lifetime ends within the hour, and begins again with its next message', async () => {
    const session = await t.session(1, { lifetime: 30 * 86_400_000 })
    await t.clock.advance(HOUR + MARGIN)
    expect(what()).toEqual(['opened', 'closed'])
    expect((await t.inform(session)).json?.code).toBe(200)
    expect(what()).toEqual(['opened', 'closed', 'opened', 'report'])
    // the same session, and what waited for it before is not here any more
    expect(t.seen.at(-1)?.session).toEqual({ ...t.seen[0]?.session, resumedAt: t.clock.now() })
  })

  test('is not begun by whoever is refused', async () => {
    await t.auth(1, { sign: '0'.repeat(64) })
    await t.inform('forged')
    expect(t.seen).toEqual([])
  })

  test('ends when the service does, and what comes after that is told to try again', async () => {
    const session = await t.session(1)
    await t.channel.close()
    expect(what()).toEqual(['opened', 'closed'])
    const { status, json } = await t.inform(session)
    expect([status, json?.code]).toEqual([503, 500])
  })
})

describe('a device that also has an MQTT connection', () => {
  const connection = { id: 'mqtt-1', startedAt: START }
  const device = { deviceId: idOf(1), orgId: 'org', productKey: 'pkAlpha1', deviceKey: 'dev1' }

  test('is where that is: its HTTP session is not its presence', async () => {
    const beside = t.channel.beside(t.intake)
    await t.session(1)
    await beside.opened(device, connection)
    const session = await t.session(1)
    await t.inform(session)
    expect(what()).toEqual(['opened', 'opened', 'report'])
    expect(t.channel.door.sessions()).toBe(0)
    expect(t.push(1)).toBe(false)
    await t.clock.advance(HOUR)
    expect(what()).toEqual(['opened', 'opened', 'report'])
  })

  test('is here again by HTTP once that has ended', async () => {
    const beside = t.channel.beside(t.intake)
    const session = await t.session(1)
    await beside.opened(device, connection)
    await beside.closed(device, { ...connection, id: 'an older one' })
    await t.inform(session)
    expect(t.channel.door.sessions()).toBe(0)
    await beside.closed(device, connection)
    await t.inform(session)
    expect(t.channel.door.sessions()).toBe(1)
    expect(what().slice(-2)).toEqual(['opened', 'report'])
  })
})
