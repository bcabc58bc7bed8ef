import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { EngineStore } from '#server/ports-engine.ts'

import { databases } from './support/databases.ts'
import { createWorld, policy, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceId } from './support/rows.ts'

/** A store whose commits fail while it is told to, after all statements have run. */
function breakable() {
  const fault = { on: false, commits: 0 }
  const wrap = (store: EngineStore): EngineStore => ({
    ...store,
    transact: (work) =>
      store.transact(async (tx) => {
        const done = await work(tx)
        if (fault.on) throw new Error('the disk is full')
        fault.commits += 1
        return done
      }),
  })
  return { fault, wrap }
}

describe.each(databases)('what devices say on %s', (database) => {
  let world: World
  const { fault, wrap } = breakable()
  beforeEach(async () => {
    world = await createWorld(database, { intoStore: wrap })
    await addFleet(world.db, 200)
  })
  afterEach(() => world.dispose())
  const presence = async (n: number) => {
    const [device] = await world.store.read.devices([deviceId(n)])
    return { connected: device!.connected, sessionId: device!.sessionId }
  }

  test('what arrives together is committed together, in the order of its arrival', async () => {
    const firmwareId = await addFirmware(world.db)
    const devices = Array.from({ length: 200 }, (_, i) => world.device(i + 1))
    await Promise.all(devices.map((device) => device.come()))
    const job = await world.job(firmwareId, { policy: policy({}) })
    fault.commits = 0
    const replies = await Promise.all(
      devices.flatMap((device) => [10, 30, 20].map((step) => device.report({ kind: 'progress', step, text: '' }))),
    )
    expect(replies).toHaveLength(600)
    expect(replies.every(({ code }) => code === 200)).toBe(true)
    expect(fault.commits).toBeLessThanOrEqual(3)
    expect((await world.task(job, 77)).facts).toMatchObject({ status: 'upgrading', progress: 20 })
    expect(await world.counts(job)).toMatchObject({ upgrading: 200, published: 0 })
  })

  test('when the commit fails nothing is acknowledged, kept, announced or sent', async () => {
    const device = world.device(1)
    await device.connect()
    const firmwareId = await addFirmware(world.db)
    const job = await world.job(firmwareId)
    const announced = world.changes.length
    fault.on = true
    const answers = await Promise.allSettled([device.progress(10), world.device(2).connect()])
    fault.on = false
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(world.changes).toHaveLength(announced)
    expect(world.warnings.splice(0)).toEqual([expect.stringContaining('could not be kept')])
    expect((await world.task(job, 1)).facts.status).toBe('published')
    expect(await presence(2)).toEqual({ connected: false, sessionId: null })
    // the device says it again, as it does when it got no answer
    expect(await device.progress(10)).toMatchObject({ code: 200 })
    expect((await world.task(job, 1)).facts.status).toBe('upgrading')
  })

  test('a newer session takes over, and the late end of the older one changes nothing', async () => {
    const device = world.device(1)
    await device.connect()
    const older = device.session
    await world.advance(1_000)
    await device.connect()
    await device.drop(older)
    expect(await presence(1)).toEqual({ connected: true, sessionId: device.session.id })
    // nor does its late beginning
    await world.engine.intake.opened(device, older)
    expect(await presence(1)).toEqual({ connected: true, sessionId: device.session.id })
    await device.drop()
    expect(await presence(1)).toEqual({ connected: false, sessionId: null })
  })

  test('coming, reporting and going in one moment leaves the device offline with its version', async () => {
    const device = world.device(3)
    const session = { id: 'quick', startedAt: world.clock.now() }
    await Promise.all([
      world.engine.intake.opened(device, session),
      world.engine.intake.report(device, session, { kind: 'inform', version: '1.7' }),
      world.engine.intake.closed(device, session),
    ])
    expect((await world.store.read.devices([device.deviceId]))[0]).toMatchObject({
      connected: false,
      reportedVersion: '1.7',
      lastSeenAt: world.clock.now(),
    })
  })

  test('a device that was deleted, an empty version and a getversion without a job are answered', async () => {
    const gone = { ...world.device(1), deviceId: deviceId(999) }
    const session = { id: 's', startedAt: 0 }
    expect(await world.engine.intake.report(gone, session, { kind: 'inform', version: '1' })).toMatchObject({
      code: 402,
    })
    expect(await world.device(1).inform('\0')).toMatchObject({ code: 460 })
    expect(await world.device(1).report({ kind: 'getversion' })).toEqual({ code: 200, message: '' })
  })

  test('only what changed is announced', async () => {
    const device = world.device(1)
    await device.come('1.0')
    world.changes.length = 0
    await device.inform('1.0')
    expect(world.changes).toEqual([])
    await device.inform('1.2')
    expect(world.changes).toEqual([{ kind: 'device', orgId: device.orgId, deviceId: device.deviceId }])
  })
})
