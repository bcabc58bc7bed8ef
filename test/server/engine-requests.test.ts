import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { databases } from './support/databases.ts'
import { createWorld, HOUR, OPERATOR, policy, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceId } from './support/rows.ts'

const ASKING = policy({ method: 'request' })
const EITHER = policy({ method: 'both' })

describe.each(databases)('a device that asks, on %s', (database) => {
  let world: World
  let firmwareId: string
  const asks = async (n: number) => (await world.device(n).report({ kind: 'getversion' })).offer
  const taskOf = async (job: { jobId: string }, n: number) => (await world.task(job, n)).facts
  beforeEach(async () => {
    world = await createWorld(database)
    await addFleet(world.db, 4)
    firmwareId = await addFirmware(world.db)
  })
  afterEach(async () => {
    await world.dispose()
    expect(world.warnings).toEqual([])
  })

  test('is offered the firmware, waits to confirm, and upgrades; nobody is pushed to', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId, { policy: ASKING })
    expect(world.pushes).toEqual([])
    expect(await asks(1)).toEqual({
      version: '2.0',
      signMethod: 'sha256',
      sign: 'a'.repeat(64),
      fileUrl: `https://ota.test/files/${firmwareId}/${job.jobId}.${deviceId(1)}.1`,
      fileSize: 300_000,
    })
    const { items } = await world.engine.jobs.tasks(job, {}, { position: { at: 'first' }, limit: 2, order: 'asc' })
    expect(items[0]).toMatchObject({
      status: 'published',
      via: 'request',
      reason: 'Waiting for the device to confirm.',
    })
    expect(items[1]?.held).toMatchObject({ gate: 'method', reason: expect.stringContaining('only answers devices') })
    await device.progress(30)
    expect(await taskOf(job, 1)).toMatchObject({ status: 'upgrading', via: 'request' })
    await device.progress(100)
    expect(await asks(1)).toBeUndefined()
    await device.restart('2.0')
    expect(await taskOf(job, 1)).toMatchObject({ status: 'succeeded', proof: 'restarted' })
    expect(world.pushes).toEqual([])
    expect(await asks(1)).toBeUndefined()
  })

  test('asks again and is answered the same; an offer not taken up lapses and is no failure', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId, { policy: ASKING })
    const first = await asks(1)
    const before = await taskOf(job, 1)
    await world.advance(HOUR)
    expect(await asks(1)).toEqual(first)
    expect(await taskOf(job, 1)).toEqual(before)
    await device.restart('1.0')
    expect(await taskOf(job, 1)).toEqual(before)
    await world.advance(HOUR)
    expect(await taskOf(job, 1)).toMatchObject({ status: 'init', via: null, attempt: 1, failure: null })
    expect(await asks(1)).toEqual(first)
  })

  test('holds an offer that lapses after its job was ended: the job stays ended, and offers nothing again', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId, { policy: ASKING })
    await asks(1)
    await world.engine.jobs.end(job, OPERATOR)
    expect(await taskOf(job, 1)).toMatchObject({ status: 'published' })
    await world.advance(2 * HOUR)
    expect(await taskOf(job, 1)).toMatchObject({ status: 'skipped', skipReason: 'jobEnded' })
    expect(await world.engine.jobs.view(job)).toMatchObject({ state: 'completed', counts: { init: 0, skipped: 4 } })
    expect(await asks(1)).toBeUndefined()
    const { items } = await world.engine.jobs.tasks(job, {}, { position: { at: 'first' }, limit: 2, order: 'asc' })
    expect(items.map(({ reason }) => reason)).toEqual([
      'The job was ended before the device began.',
      'The job was ended before the device was reached.',
    ])
    // what it had downloaded by then comes late, and not by other means
    await device.restart('2.0')
    expect(await taskOf(job, 1)).toMatchObject({ status: 'succeeded', late: true, alreadyThere: false })
  })

  test('is answered nothing by a job that pushes, one that is stopped, or one that does not want it', async () => {
    for (let n = 1; n <= 2; n += 1) await world.device(n).come()
    await world.job(firmwareId, { policy: policy({ concurrency: 1 }) })
    expect(await asks(2)).toBeUndefined()
    const other = await addFirmware(world.db, { n: 2, version: '3.0' })
    const stopped = await world.job(other, { policy: ASKING, start: false })
    expect(await asks(2)).toBeUndefined()
    await world.device(2).inform('1.5')
    await world.engine.jobs.end(stopped, OPERATOR)
    await world.job(other, { policy: ASKING, scope: { versions: ['1.0'] } })
    expect(await asks(2)).toBeUndefined()
    // one under way in another job is offered nothing besides
    expect(await asks(1)).toBeUndefined()
  })

  test('holds no concurrency while it is only offered; the device that upgrades does', async () => {
    for (let n = 1; n <= 3; n += 1) await world.device(n).come()
    const job = await world.job(firmwareId, { policy: policy({ method: 'request', concurrency: 1 }) })
    expect(await asks(1)).toBeDefined()
    expect(await asks(2)).toBeDefined()
    await world.device(1).progress(10)
    expect(await asks(3)).toBeUndefined()
    // begun although the job is full: the device was told that it may
    await world.device(2).progress(10)
    expect(await world.counts(job)).toMatchObject({ upgrading: 2, init: 2 })
    const [record] = await world.store.read.jobs([job.jobId])
    expect(record?.offered).toBe(0)
  })

  test('that is offline is pushed to when it comes and gets the same firmware when it asks, where both are allowed', async () => {
    const job = await world.job(firmwareId, { policy: EITHER })
    // by its very request it is there, even where its connection is not known yet
    expect(await asks(1)).toMatchObject({ version: '2.0' })
    expect(await taskOf(job, 1)).toMatchObject({ status: 'published', via: 'request' })
    await world.device(2).come()
    expect(await taskOf(job, 2)).toMatchObject({ status: 'published', via: 'push' })
    expect(await asks(2)).toEqual(world.pushes[0]?.command.offer)
    expect(await taskOf(job, 2)).toMatchObject({ status: 'published', via: 'push', pushes: 1 })
  })

  test('declines by its own decision: no failure that rates, and nobody offers it again', async () => {
    await world.device(1).come()
    const job = await world.job(firmwareId, {
      policy: policy({ method: 'request', halt: { failurePercent: null, failureCount: 1 } }),
    })
    await asks(1)
    await world.device(1).progress(-5, 'battery low')
    expect(await taskOf(job, 1)).toMatchObject({ status: 'failed', failure: 'refused' })
    expect(await world.engine.jobs.view(job)).toMatchObject({ state: 'started' })
    expect(await asks(1)).toBeUndefined()
  })

  test('gets the oldest job first, and no firmware whose file is gone', async () => {
    const other = await addFirmware(world.db, { n: 2, version: '3.0' })
    await world.device(1).come()
    const older = await world.job(firmwareId, { policy: ASKING })
    await world.advance(1_000)
    const newer = await world.job(other, { policy: ASKING })
    world.missingFiles.add(firmwareId)
    expect(await asks(1)).toMatchObject({ version: '3.0' })
    expect(await taskOf(older, 1)).toMatchObject({ status: 'failed', failure: 'fileMissing' })
    expect(await taskOf(newer, 1)).toMatchObject({ status: 'published', via: 'request' })
  })

  test('is counted by the ramp of the halt rule even while it is only offered', async () => {
    for (let n = 1; n <= 3; n += 1) await world.device(n).come()
    await world.job(firmwareId, { policy: policy({ method: 'request', halt: { sample: 1 } }) })
    expect([await asks(1), await asks(2), await asks(3)].map((offer) => offer?.version)).toEqual([
      '2.0',
      '2.0',
      undefined,
    ])
  })
})
