import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { databases } from './support/databases.ts'
import { createWorld, MINUTE, OPERATOR, policy, type World } from './support/engine.ts'
import { addFirmware, addFleet } from './support/rows.ts'

const DEVICES = 60

describe.each(databases)('the halt rule on %s', (database) => {
  let world: World
  let firmwareId: string
  /** Devices that the firmware has reached. */
  const touched = () => new Set(world.pushes.map(({ device }) => device.deviceId)).size
  const underWay = async () => {
    const rows = await world.db.read.selectFrom('tasks').select('device_id').where('status', '=', 'published').execute()
    return rows.map(({ device_id }) => Number.parseInt(device_id.slice(-6), 16)).toSorted((a, b) => a - b)
  }
  const comeAll = async () => {
    for (let n = 1; n <= DEVICES; n += 1) await world.device(n).come()
  }
  /** Ends devices that are under way, one by one, for as long as there are any; `fails` says how by their count. */
  const endAll = async (fails: (count: number) => boolean) => {
    let count = 0
    for (let [n] = await underWay(); n !== undefined; [n] = await underWay()) {
      count += 1
      if (fails(count)) await world.device(n).progress(-2, 'connection reset')
      else await world.device(n).inform('2.0')
    }
    return count
  }
  const lines = async (action: string) =>
    world.db.read.selectFrom('log').selectAll().where('action', '=', action).orderBy('id').execute()

  beforeEach(async () => {
    world = await createWorld(database)
    await addFleet(world.db, DEVICES)
    firmwareId = await addFirmware(world.db)
  })
  afterEach(async () => {
    await world.dispose()
    expect(world.warnings).toEqual([])
  })

  test('by default firmware that always fails reaches at most 29 devices: twice the sample, and what ended before', async () => {
    await comeAll()
    const job = await world.job(firmwareId)
    expect(touched()).toBe(20)
    await endAll(() => true)
    expect(await world.engine.jobs.view(job)).toMatchObject({
      state: 'halted',
      haltReason: '10 of 10 devices failed; the job halts at more than 20 %.',
      counts: { failed: 29, init: 31 },
    })
    expect(touched()).toBe(29)
    expect(await lines('job.halted')).toMatchObject([
      { actor_kind: 'system', why: expect.stringContaining('10 of 10') },
    ])
  })

  test('the ramp ends with the sample, and firmware of which a quarter fails halts the job', async () => {
    await comeAll()
    const job = await world.job(firmwareId, { policy: policy({ halt: {} }) })
    const ended = await endAll((count) => count % 4 === 0)
    expect(await world.engine.jobs.view(job)).toMatchObject({ state: 'halted' })
    // 2 of 10 are no more than 20 %; 3 of 12 are, and by then everyone had been pushed to
    expect([ended, touched()]).toEqual([DEVICES, DEVICES])
  })

  test('halted, devices wait for that reason; those under way go on', async () => {
    await comeAll()
    const job = await world.job(firmwareId, { policy: policy({ concurrency: 2, halt: { failureCount: 1 } }) })
    await world.device(1).progress(-4)
    expect(await underWay()).toEqual([2])
    const { items } = await world.engine.jobs.tasks(job, {}, { position: { at: 'first' }, limit: 3, order: 'asc' })
    expect(items[2]?.held).toMatchObject({
      gate: 'haltRule',
      reason: 'The job was halted. 1 devices failed; the job halts at 1.',
    })
    await world.device(2).restart('2.0')
    expect(await world.counts(job)).toMatchObject({ succeeded: 1, failed: 1, init: 58 })
  })

  test('resumed with a reason, its sample begins anew and it does not halt at once', async () => {
    await comeAll()
    const job = await world.job(firmwareId)
    await endAll(() => true)
    await world.engine.jobs.resume(job, 'It was the network.', OPERATOR)
    await world.engine.idle()
    expect(touched()).toBe(29 + 20)
    expect(await lines('job.resumed')).toMatchObject([{ actor_id: OPERATOR.id, why: 'It was the network.' }])
    let left = 9
    for (const n of (await underWay()).slice(0, left)) {
      await world.device(n).progress(-2)
      left -= 1
      expect(await world.engine.jobs.view(job)).toMatchObject({ state: 'started', haltReason: null })
    }
    await world.restart(MINUTE)
    for (const n of await underWay()) await world.device(n).come()
    await world.device((await underWay())[0]!).progress(-2)
    expect(await world.engine.jobs.view(job)).toMatchObject({ state: 'halted' })
  })

  test('what rates nothing does not count: refused by the device, already there, cancelled', async () => {
    await comeAll()
    const job = await world.job(firmwareId, {
      policy: policy({ concurrency: 4, halt: { failurePercent: null, failureCount: 1 } }),
    })
    await world.device(1).progress(-5, 'battery low')
    await world.device(60).inform('2.0')
    await world.engine.jobs.cancel(job, { deviceIds: [world.device(2).deviceId] }, OPERATOR)
    const [record] = await world.store.read.jobs([job.jobId])
    expect(record).toMatchObject({ state: 'started', halt: { sample: { succeeded: 0, failed: {} } } })
  })

  test('a retried device counts once, by its last attempt', async () => {
    await comeAll()
    const job = await world.job(firmwareId, {
      policy: policy({ halt: { failurePercent: null, failureCount: 2 } }),
    })
    const sample = async () => (await world.store.read.jobs([job.jobId]))[0]?.halt.sample
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await world.device(1).progress(-2)
      expect(await sample()).toEqual({ succeeded: 0, failed: { download: 1 } })
      await world.engine.jobs.retry(job, { all: true, status: 'failed' }, OPERATOR)
      await world.advance(MINUTE)
    }
    expect(await sample()).toEqual({ succeeded: 0, failed: { download: 0 } })
    await world.device(1).restart('2.0')
    expect(await sample()).toEqual({ succeeded: 1, failed: { download: 0 } })
    expect(await world.engine.jobs.view(job)).toMatchObject({ state: 'started' })
  })

  test('only the kinds that it names count, and a halted job can be stopped and started anew, or ended', async () => {
    await comeAll()
    const job = await world.job(firmwareId, {
      policy: policy({ halt: { failurePercent: null, failureCount: 1, kinds: ['fellBack'] } }),
    })
    await world.device(1).progress(-2)
    expect(await world.engine.jobs.view(job)).toMatchObject({ state: 'started' })
    const fallBack = async (n: number) => {
      await world.device(n).progress(100)
      await world.device(n).restart('1.0')
      await world.advance(2 * MINUTE)
    }
    await fallBack(2)
    expect(await world.engine.jobs.view(job)).toMatchObject({ state: 'halted' })
    await expect(world.engine.jobs.start(job, OPERATOR)).rejects.toThrow('cannot be started')
    await world.engine.jobs.stop(job, OPERATOR)
    expect(await world.engine.jobs.start(job, OPERATOR)).toMatchObject({ state: 'started', haltReason: null })
    await fallBack(3)
    expect(await world.engine.jobs.end(job, OPERATOR)).toMatchObject({ state: 'completed', haltReason: null })
    await expect(world.engine.jobs.resume(job, 'x', OPERATOR)).rejects.toThrow('only a halted job')
  })
})

describe.each(databases)('firmware of which a quarter fails on %s', (database) => {
  const FLEET = 340
  /** All that the rule lets through: 11 that ended before the twelfth tells, and as many as may be under way at once. */
  const TOUCHED = 11 + 300
  let world: World
  const touched = () => new Set(world.pushes.map(({ device }) => device.deviceId)).size
  const underWay = async () => {
    const rows = await world.db.read
      .selectFrom('tasks')
      .select('device_key')
      .where('status', '=', 'published')
      .execute()
    return rows.map(({ device_key }) => Number(device_key.slice(-7))).toSorted((a, b) => a - b)
  }
  /** Every fourth that ends has failed. */
  const end = (n: number, count: number) =>
    count % 4 === 0 ? world.device(n).progress(-3, 'checksum') : world.device(n).inform('2.0')

  beforeEach(async () => {
    world = await createWorld(database)
    await addFleet(world.db, FLEET)
  })
  afterEach(async () => {
    await world.dispose()
    expect(world.warnings).toEqual([])
  })

  test('touches no more devices than the rule and its ramp allow, and when resumed does not halt at once', async () => {
    await Promise.all(Array.from({ length: FLEET }, (_, n) => world.device(n + 1).come()))
    const job = await world.job(await addFirmware(world.db), { policy: policy({ halt: {} }) })
    const state = async () => (await world.engine.jobs.view(job)).state
    let count = 0
    for (let n = (await underWay())[0]; n !== undefined && count < 10; n = (await underWay())[0]) {
      // until ten results are in, twenty are under way and no more
      expect(touched()).toBe(20 + count)
      await end(n, (count += 1))
    }
    // two of ten are no more than a fifth: the ramp is over, and the eleventh brings no news
    expect([await state(), touched()]).toEqual(['started', 310])
    await end((await underWay())[0]!, (count += 1))
    expect([await state(), touched()]).toEqual(['started', TOUCHED])
    await end((await underWay())[0]!, (count += 1))
    expect(await world.engine.jobs.view(job)).toMatchObject({
      state: 'halted',
      haltReason: '3 of 12 devices failed; the job halts at more than 20 %.',
      counts: { init: FLEET - TOUCHED, published: 299, succeeded: 9, failed: 3 },
    })
    const rest = await underWay()
    await Promise.all(rest.map((n) => end(n, (count += 1))))
    expect([await state(), touched()]).toEqual(['halted', TOUCHED])

    await world.engine.jobs.resume(job, 'The batch with the bad flash is sorted out.', OPERATOR)
    await world.engine.idle()
    expect([await state(), touched()]).toEqual(['started', TOUCHED + 20])
    const [first, second] = await underWay()
    await world.device(first!).progress(-3)
    await world.device(second!).progress(-3)
    expect([await state(), touched()]).toEqual(['started', TOUCHED + 22])
  })
})
