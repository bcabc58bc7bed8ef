import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { databases } from './support/databases.ts'
import { createWorld, HOUR, MINUTE, OPERATOR, policy, START, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceId } from './support/rows.ts'

const iso = (at: number) => new Date(at).toISOString()

/** It is 09:00 in Singapore on a Monday when these stories begin. */
describe.each(databases)('time on %s', (database) => {
  let world: World
  let firmwareId: string
  const comeAll = async (count: number) => {
    for (let n = 1; n <= count; n += 1) await world.device(n).come()
  }
  const heldBy = async (job: { orgId: string; jobId: string }, n: number) =>
    (await world.engine.devices.why({ orgId: 'org-1', deviceId: deviceId(n) }, job.jobId))[0]?.verdict
  beforeEach(async () => {
    world = await createWorld(database)
    await addFleet(world.db, 30)
    firmwareId = await addFirmware(world.db)
  })
  afterEach(async () => {
    await world.dispose()
    expect(world.warnings).toEqual([])
  })

  test('nothing goes before the start time, and all go at it', async () => {
    await comeAll(3)
    const job = await world.job(firmwareId, { policy: policy({ startAt: iso(START + 5 * HOUR) }) })
    expect(await world.engine.jobs.view(job)).toMatchObject({ state: 'started', counts: { init: 30 } })
    expect(await heldBy(job, 1)).toMatchObject({ gate: 'startTime', opensAt: iso(START + 5 * HOUR) })
    await world.advance(5 * HOUR - 1)
    expect(world.pushes).toEqual([])
    await world.advance(1)
    expect(world.pushes).toHaveLength(3)
  })

  test('a window opens and closes dispatch, across midnight; what was under way goes on', async () => {
    const window = { from: '22:00', to: '02:00', blackoutDates: ['2026-01-06'] }
    await comeAll(2)
    const job = await world.job(firmwareId, { policy: policy({ window, concurrency: 1 }) })
    expect(await heldBy(job, 1)).toMatchObject({ gate: 'window', opensAt: iso(START + 13 * HOUR) })
    await world.advance(13 * HOUR)
    expect(world.pushes).toHaveLength(1)
    // midnight ends the opening: the sixth is a blackout date; what its own window has after midnight is left
    await world.advance(2 * HOUR - 1)
    const first = world.pushes[0]!.device.deviceId === deviceId(1) ? 1 : 2
    await world.device(first).progress(10)
    await world.advance(1)
    await world.device(first).restart('2.0')
    expect(await world.counts(job)).toMatchObject({ succeeded: 1, init: 29 })
    expect(await heldBy(job, 3 - first)).toMatchObject({ gate: 'window', opensAt: iso(START + 39 * HOUR) })
    await world.restart()
    await comeAll(1)
    await world.device(3 - first).come()
    await world.advance(START + 39 * HOUR - world.clock.now() - 1)
    expect(world.pushes).toHaveLength(1)
    await world.advance(1)
    expect(world.pushes).toHaveLength(2)
  })

  test('a device that comes inside the window goes at once, and one that comes outside waits for the next', async () => {
    const window = { from: '09:00', to: '09:30', weekdays: [1, 3] }
    const job = await world.job(firmwareId, { policy: policy({ window }) })
    await world.device(1).come()
    expect(world.pushes).toHaveLength(1)
    await world.advance(30 * MINUTE)
    await world.device(2).come()
    expect(world.pushes).toHaveLength(1)
    expect(await heldBy(job, 2)).toMatchObject({ gate: 'window', opensAt: iso(START + 48 * HOUR) })
    await world.advance(START + 48 * HOUR - world.clock.now())
    expect(world.pushes.map(({ device }) => device.deviceId)).toEqual([deviceId(1), deviceId(2)])
  })

  test('no minute begins more devices than the pace allows, through a restart too', async () => {
    await comeAll(30)
    const job = await world.job(firmwareId, { policy: policy({ pacePerMinute: 6 }) })
    expect(world.pushes).toHaveLength(1)
    expect(await heldBy(job, 30)).toMatchObject({ gate: 'pace', opensAt: iso(START + 10_000) })
    const tenSeconds = async (times: number) => {
      for (let turn = 0; turn < times; turn += 1) await world.advance(10_000)
    }
    await tenSeconds(5)
    await world.advance(9_999)
    expect(world.pushes).toHaveLength(6)
    await world.restart()
    for (let n = 1; n <= 30; n += 1) await world.device(n).connect()
    for (let n = 25; n <= 30; n += 1) await world.device(n).inform('1.0')
    expect(world.pushes).toHaveLength(6)
    await world.advance(1)
    await tenSeconds(5)
    expect(world.pushes).toHaveLength(12)
  })

  test('a failed device goes round again by itself after its interval, and only for the kinds that are named', async () => {
    await comeAll(2)
    const retry = { attempts: 2, intervalSeconds: 600, kinds: ['download'] as const }
    const job = await world.job(firmwareId, { policy: policy({ retry: { ...retry, kinds: [...retry.kinds] } }) })
    await world.device(2).progress(-4)
    expect(await world.counts(job)).toMatchObject({ failed: 1, published: 1 })
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      await world.device(1).progress(-2, 'connection reset')
      const failedAt = world.clock.now()
      expect((await world.task(job, 1)).facts).toMatchObject({ status: 'init', attempt: attempt + 1 })
      await world.advance(2 * MINUTE)
      expect(await heldBy(job, 1)).toMatchObject({ gate: 'retryInterval', opensAt: iso(failedAt + 600_000) })
      await world.restart()
      await comeAll(1)
      await world.advance(failedAt + 600_000 - world.clock.now() - 1)
      expect((await world.task(job, 1)).facts.status).toBe('init')
      await world.advance(1)
      expect((await world.task(job, 1)).facts).toMatchObject({
        status: 'published',
        attempt: attempt + 1,
        retryAt: null,
      })
    }
    await world.device(1).progress(-2, 'connection reset')
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'failed', attempt: 3 })
  })

  test('a person retries at once, and a job that is over retries nobody', async () => {
    await comeAll(1)
    const job = await world.job(firmwareId, { policy: policy({ retry: { attempts: 1 } }) })
    await world.device(1).progress(-5)
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'failed', failure: 'refused' })
    await world.engine.jobs.retry(job, { all: true, status: 'failed' }, OPERATOR)
    await world.advance(MINUTE)
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'published', attempt: 2 })
    await world.engine.jobs.end(job, OPERATOR)
    await world.device(1).progress(-2)
    expect(await world.engine.jobs.view(job)).toMatchObject({ state: 'completed', counts: { failed: 1 } })
  })
})
