import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { databases } from './support/databases.ts'
import { createWorld, HOUR, MINUTE, OPERATOR, policy, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceId } from './support/rows.ts'

describe.each(databases)('dispatching on %s', (database) => {
  let world: World
  let firmwareId: string
  const comeAll = async (count: number) => {
    for (let n = 1; n <= count; n += 1) await world.device(n).come()
  }
  beforeEach(async () => {
    world = await createWorld(database)
    await addFleet(world.db, 6)
    firmwareId = await addFirmware(world.db)
  })
  afterEach(async () => {
    await world.dispose()
    expect(world.warnings).toEqual([])
  })

  test('no more devices are under way than the job allows, and the next goes when one ends', async () => {
    await comeAll(6)
    const job = await world.job(firmwareId, { policy: policy({ concurrency: 2 }) })
    expect(await world.counts(job)).toMatchObject({ init: 4, published: 2 })
    await world.device(1).restart('2.0')
    expect(await world.counts(job)).toMatchObject({ init: 3, published: 2, succeeded: 1 })
    expect(world.pushes).toHaveLength(3)
    // two silent devices make room when their time is over
    await world.advance(2 * HOUR)
    expect(await world.counts(job)).toMatchObject({ init: 1, published: 2, failed: 2 })
  })

  test('a device wanted by two jobs goes with the older one first, and with the other when that has ended', async () => {
    const other = await addFirmware(world.db, { n: 2, version: '3.0' })
    const older = await world.job(firmwareId)
    await world.advance(1_000)
    const newer = await world.job(other)
    const device = world.device(1)
    await device.come()
    expect((await world.task(older, 1)).facts.status).toBe('published')
    expect((await world.task(newer, 1)).facts.status).toBe('init')
    const [why] = await world.engine.devices.why({ orgId: 'org-1', deviceId: deviceId(1) }, newer.jobId)
    expect(why).toMatchObject({ status: 'init', verdict: { go: false, gate: 'notBusy' } })
    await device.restart('2.0')
    expect((await world.task(newer, 1)).facts).toMatchObject({ status: 'published', sourceVersion: '2.0' })
    expect(device.pushes()).toHaveLength(2)
  })

  test('stopping sends nobody new; devices under way go on and count', async () => {
    await comeAll(2)
    const job = await world.job(firmwareId, { policy: policy({ concurrency: 1 }) })
    await world.engine.jobs.stop(job, OPERATOR)
    const first = world.pushes[0]!.device
    await world.device(Number(first.deviceKey.slice(4))).restart('2.0')
    expect(await world.engine.jobs.view(job)).toMatchObject({
      state: 'stopped',
      counts: { init: 5, published: 0, succeeded: 1 },
    })
    await world.engine.jobs.start(job, OPERATOR)
    await world.engine.idle()
    expect(await world.counts(job)).toMatchObject({ published: 1 })
  })

  test('a retried device waits until it has been silent for a minute', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId)
    const firstCommand = device.pushes()[0]!.command.id
    await device.progress(-4, 'flash worn out')
    expect(await world.engine.jobs.retry(job, { deviceIds: [device.deviceId] }, OPERATOR)).toBe(1)
    await world.engine.idle()
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'init', attempt: 2 })
    // it is still at work on the first attempt
    await world.advance(30_000)
    await device.progress(10)
    await world.advance(59_000)
    expect((await world.task(job, 1)).facts.status).toBe('init')
    await world.advance(1_000)
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'published', attempt: 2 })
    expect(device.pushes()).toHaveLength(2)
    expect(device.pushes()[1]!.command.id).not.toBe(firstCommand)
  })

  test('a new session settles a retried device at once', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId)
    await device.progress(-1)
    await world.engine.jobs.retry(job, { all: true, status: 'failed' }, OPERATOR)
    await device.restart('1.0')
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'published', attempt: 2 })
  })

  test('of many waiting devices every one is reached, whatever their number', async () => {
    const more = await createWorld(database)
    // three chunks of those that are read at once
    const devices = 1_010
    await addFleet(more.db, devices)
    const id = await addFirmware(more.db)
    for (let n = 1; n <= devices; n += 1) more.connected.add(deviceId(n))
    await more.db.transact((trx) => trx.updateTable('devices').set({ connected: 1, session_id: 's' }).execute())
    const job = await more.job(id, { policy: policy({ concurrency: 200 }) })
    expect(await more.counts(job)).toMatchObject({ init: devices - 200, published: 200 })
    for (let turn = 0; turn < 6; turn += 1) await more.advance(2 * HOUR)
    expect(await more.counts(job)).toMatchObject({ init: 0, published: 0, failed: devices })
    expect(new Set(more.pushes.map(({ device }) => device.deviceId)).size).toBe(devices)
    await more.dispose()
  })

  test('a restart in the middle loses nothing: jobs resume and the push is sent again', async () => {
    const [first, second] = [world.device(1), world.device(2)]
    await first.come()
    await second.come()
    const job = await world.job(firmwareId)
    await first.progress(50)
    await world.restart(MINUTE)
    expect((await world.store.read.devices([first.deviceId]))[0]).toMatchObject({ connected: false, sessionId: null })
    await first.come('1.0')
    await second.come('1.0')
    await world.device(3).come()
    expect(second.pushes().map(({ command }) => command.id)).toEqual(
      Array(2).fill((await world.task(job, 2)).commandId),
    )
    expect((await world.task(job, 3)).facts.status).toBe('published')
    await first.progress(80)
    for (const device of [first, second]) await device.restart('2.0')
    expect(await world.counts(job)).toMatchObject({ succeeded: 2 })
  })

  test('a downtime of three hours fails nobody', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId)
    await world.restart(3 * HOUR)
    expect((await world.task(job, 1)).facts.status).toBe('published')
    await device.come('1.0')
    await world.advance(9 * MINUTE)
    await device.progress(10)
    expect((await world.task(job, 1)).facts.status).toBe('upgrading')
  })

  test('a wall clock that jumps fails nobody either, and deadlines hold again afterwards', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId)
    world.clock.jump(3 * HOUR)
    await world.advance(1)
    await world.advance(9 * MINUTE)
    expect((await world.task(job, 1)).facts.status).toBe('published')
    await world.advance(2 * MINUTE)
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'failed', failure: 'noAnswer' })
    expect(world.warnings.splice(0)).toEqual([
      'the wall clock jumped; every deadline is at least ten minutes away again',
    ])
  })

  test('a device that is disabled or offline is held by that gate, and a scope of versions by another', async () => {
    const job = await world.job(firmwareId, { scope: { versions: ['1.0'] } })
    await world.db.transact((trx) =>
      trx.updateTable('devices').set({ enabled: 0 }).where('id', '=', deviceId(2)).execute(),
    )
    await world.device(3).come('1.5')
    const { items } = await world.engine.jobs.tasks(job, {}, { position: { at: 'first' }, limit: 3, order: 'asc' })
    expect(items.map(({ held }) => held?.gate)).toEqual(['reachable', 'deviceEnabled', 'sourceVersion'])
  })
})
