import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { JobUpdate, Scope } from '#contract/manage/jobs.ts'

import { databases } from './support/databases.ts'
import { createWorld, HOUR, MINUTE, OPERATOR, policy, START, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceId, deviceKey } from './support/rows.ts'
import { asks } from './support/why.ts'

const DAY = 24 * HOUR
const iso = (at: number) => new Date(at).toISOString()
const keys = (...numbers: number[]) => ({ deviceKeys: numbers.map(deviceKey) })

/** The stories of a rollout, each with the question that its operator asks at the interesting moment. */
describe.each(databases)('why a device is not updated, on %s', (database) => {
  let world: World
  let firmwareId: string
  let ask: ReturnType<typeof asks>
  beforeEach(async () => {
    world = await createWorld(database)
    await addFleet(world.db, 5)
    firmwareId = await addFirmware(world.db)
    ask = asks(world)
  })
  afterEach(async () => {
    await world.dispose()
    expect(world.warnings).toEqual([])
  })

  test('a device that is offline when it would be pushed to gets the upgrade the moment it comes', async () => {
    const job = await world.job(firmwareId)
    const { opensAt } = await ask.held(job, 1, 'reachable', 'The device is offline. It gets the upgrade when it next')
    expect(opensAt).toBeNull()
    await world.advance(5 * HOUR)
    const device = world.device(1)
    await device.come()
    expect(device.pushes()).toHaveLength(1)
    expect(await ask.why(job, 1)).toEqual({
      go: false,
      gate: null,
      reason: 'Pushed, waiting for the device to begin.',
      opensAt: null,
    })
  })

  test('a device that never reported a version, is disabled or runs another source is told apart', async () => {
    const job = await world.job(firmwareId, { scope: { versions: ['1.0'] } })
    const change = (n: number, set: object) =>
      world.db.transact((trx) => trx.updateTable('devices').set(set).where('id', '=', deviceId(n)).execute())
    await change(1, { reported_version: null })
    await change(2, { enabled: 0 })
    await world.device(3).come('1.5')
    await ask.held(job, 1, 'versionReported', 'The device has not reported a version yet.')
    await ask.held(job, 2, 'deviceEnabled', 'The device is disabled.')
    await ask.held(job, 3, 'sourceVersion', 'The device runs 1.5, and the job takes only 1.0.')
  })

  test('a start time and a window are told one after the other, and each opens when it says', async () => {
    const window = { from: '22:00', to: '02:00' }
    const startAt = iso(START + 6 * HOUR)
    await world.device(1).come()
    const job = await world.job(firmwareId, { policy: policy({ startAt, window }) })
    expect(await ask.held(job, 1, 'startTime', 'The job has not reached its start time.')).toMatchObject({
      opensAt: startAt,
    })
    await world.advance(6 * HOUR)
    expect(world.pushes).toEqual([])
    expect(await ask.held(job, 1, 'window', 'The upgrade window is closed.')).toMatchObject({
      opensAt: iso(START + 13 * HOUR),
    })
    await ask.goesWhenTold(job, 1)
  })

  test('a device that waits for the pace goes when it says', async () => {
    for (const n of [1, 2, 3]) await world.device(n).come()
    const job = await world.job(firmwareId, { policy: policy({ pacePerMinute: 1 }) })
    expect(world.pushes).toHaveLength(1)
    const waiting = [1, 2, 3].filter((n) => world.pushes[0]?.device.deviceKey !== deviceKey(n))
    expect(await ask.held(job, waiting[0]!, 'pace', 'The job pushes at most 1 devices a minute.')).toMatchObject({
      opensAt: iso(START + MINUTE),
    })
    await world.advance(MINUTE - 1)
    expect(world.pushes).toHaveLength(1)
    await world.advance(1)
    expect(world.pushes).toHaveLength(2)
  })

  test('a wave that is observed opens when it says, for all of its devices', async () => {
    const waves = [{ upToDevices: 1, gate: { finalPercent: 100, soakMinutes: 90 } }, { upToPercent: 100 }]
    for (const n of [1, 2, 3, 4]) await world.device(n).come()
    const job = await world.job(firmwareId, { scope: keys(1, 2, 3, 4), policy: policy({ waves }) })
    const first = [1, 2, 3, 4].find((n) => world.pushes[0]?.device.deviceKey === deviceKey(n))!
    const later = [1, 2, 3, 4].find((n) => n !== first)!
    await ask.held(job, later, 'wave', '0 of 1 devices of the wave before have ended; 100 % must have.')
    await world.device(first).restart('2.0')
    expect(await ask.held(job, later, 'wave', 'The wave before is being observed.')).toMatchObject({
      opensAt: iso(world.clock.now() + 90 * MINUTE),
    })
    await ask.goesWhenTold(job, later)
    expect(world.pushes).toHaveLength(4)
  })

  test('what is held by many is told with its numbers: concurrency, the ramp of a halt rule, a halt', async () => {
    for (const n of [1, 2, 3, 4]) await world.device(n).come()
    const job = await world.job(firmwareId, {
      policy: policy({ concurrency: 3, halt: { sample: 1, failurePercent: 50 } }),
    })
    const pushed = () => world.pushes.map(({ device }) => Number(device.deviceKey.slice(4)))
    const waits = () => [1, 2, 3, 4].find((n) => !pushed().includes(n))!
    expect(pushed()).toHaveLength(2)
    await ask.held(job, waits(), 'concurrency', 'The halt rule lets at most 2 devices be under way until 1 have shown')
    await world.device(pushed()[0]!).restart('2.0')
    expect(pushed()).toHaveLength(4)
    await world.device(pushed()[1]!).progress(-2)
    await world.device(pushed()[2]!).progress(-2)
    expect(await world.engine.jobs.view(job)).toMatchObject({ state: 'halted' })
    await ask.held(job, 5, 'haltRule', 'The job was halted. 2 of 3 devices failed; the job halts at more than 50 %.')
  })

  test('a stopped job says so while its device under way goes on, and goes on itself when it is started', async () => {
    const [busy, waits] = [world.device(1), world.device(2)]
    for (const device of [busy, waits]) await device.come()
    const job = await world.job(firmwareId, { scope: keys(1, 2), policy: policy({ concurrency: 1 }) })
    const [under, next] = busy.pushes().length > 0 ? [busy, waits] : [waits, busy]
    const n = next === busy ? 1 : 2
    await ask.held(job, n, 'concurrency', '1 of at most 1 devices are under way.')
    await under.progress(30)
    await world.engine.jobs.stop(job, OPERATOR)
    await ask.held(job, n, 'jobStarted', 'The job is stopped.')
    await under.restart('2.0')
    expect(await world.counts(job)).toMatchObject({ succeeded: 1, init: 1 })
    expect(next.pushes()).toEqual([])
    await world.engine.jobs.start(job, OPERATOR)
    await world.engine.idle()
    expect(next.pushes()).toHaveLength(1)
  })

  test('of two jobs for one device the older goes first, and the other says whom it waits for', async () => {
    const other = await addFirmware(world.db, { n: 2, version: '3.0' })
    const older = await world.job(firmwareId, { scope: keys(1), name: 'First' })
    const newer = await world.job(other, { scope: keys(1), name: 'Second' })
    await ask.held(older, 1, 'reachable', 'The device is offline.')
    await ask.held(newer, 1, 'notBusy', 'The job “First” is older and goes first.')
    const device = world.device(1)
    await device.come()
    await ask.held(newer, 1, 'notBusy', 'The device is under way in the job “First”.')
    await device.restart('2.0')
    expect(device.pushes().map(({ command }) => command.offer.version)).toEqual(['2.0', '3.0'])
  })

  test('a device that a new scope lets fall is skipped for that reason, and one that it takes waits for its own', async () => {
    const job = await world.job(firmwareId, { scope: keys(1, 2) })
    await world.engine.jobs.stop(job, OPERATOR)
    const { version } = await world.engine.jobs.view(job)
    const scope = Scope.parse(keys(2, 3))
    await world.engine.jobs.update(job, JobUpdate.parse({ version, scope }), OPERATOR)
    expect(await ask.why(job, 1)).toMatchObject({
      gate: null,
      reason: 'The device no longer matches the scope of the job.',
    })
    await world.engine.jobs.start(job, OPERATOR)
    await ask.held(job, 3, 'reachable', 'The device is offline.')
    const device = world.device(3)
    await device.come()
    expect(device.pushes()).toHaveLength(1)
  })

  test('what has ended is told with its cause: a third version, a timeout, a success that came late', async () => {
    for (const n of [1, 2]) await world.device(n).come()
    const job = await world.job(firmwareId, { scope: keys(1, 2) })
    await world.device(1).restart('7.7')
    await world.device(2).progress(40)
    await world.advance(2 * HOUR)
    const reason = async (n: number) => (await ask.why(job, n)).reason
    expect(await reason(1)).toBe('The device reports 7.7, which is neither the old version nor the target.')
    expect(await reason(2)).toBe('The upgrade did not end in time.')
    await world.device(2).restart('2.0')
    expect(await reason(2)).toBe('The device reported the new version after the upgrade had been given up.')
  })

  test('a retry after the timeout waits for a device that still works, and goes when it has been silent', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId)
    await device.progress(60)
    await world.advance(2 * HOUR)
    expect(await ask.why(job, 1)).toMatchObject({ reason: 'The upgrade did not end in time.' })
    // it was not dead, only slow
    await device.progress(70)
    await world.engine.jobs.retry(job, { deviceIds: [device.deviceId] }, OPERATOR)
    await device.progress(80)
    expect(await ask.held(job, 1, 'settled', 'may still be at work on the last attempt')).toMatchObject({
      opensAt: iso(world.clock.now() + MINUTE),
    })
    await world.advance(40_000)
    await device.progress(90)
    await ask.goesWhenTold(job, 1)
  })

  test('a retry while the device finishes the old attempt after all needs no second one', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId)
    await device.progress(60)
    await world.advance(2 * HOUR)
    await device.progress(90)
    await world.engine.jobs.retry(job, { deviceIds: [device.deviceId] }, OPERATOR)
    await device.restart('2.0')
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'succeeded', attempt: 2 })
    expect(device.pushes()).toHaveLength(1)
  })

  test('the retry rule waits for its interval, through a service that is down for three hours too', async () => {
    const device = world.device(1)
    await device.come()
    const retry = { attempts: 2, intervalSeconds: 3_600 }
    const job = await world.job(firmwareId, { policy: policy({ retry }) })
    await device.progress(-2)
    expect(await ask.held(job, 1, 'settled', 'last attempt')).toMatchObject({ opensAt: iso(START + MINUTE) })
    await world.advance(MINUTE)
    expect(await ask.held(job, 1, 'retryInterval', 'The next attempt waits for its interval.')).toMatchObject({
      opensAt: iso(START + HOUR),
    })
    await ask.goesWhenTold(job, 1)
    await device.progress(-2)
    await world.restart(3 * HOUR)
    await ask.held(job, 1, 'reachable', 'The device is offline.')
    await device.come()
    expect(device.pushes()).toHaveLength(3)
  })

  test('a device that two jobs send round again goes in each of them when that job says', async () => {
    const device = world.device(1)
    await device.come()
    const retryIn = (seconds: number) => ({
      scope: keys(1),
      policy: policy({ retry: { attempts: 1, intervalSeconds: seconds } }),
    })
    const sooner = await world.job(firmwareId, { ...retryIn(600), name: 'Sooner' })
    await device.progress(-2)
    const other = await addFirmware(world.db, { n: 2, version: '3.0' })
    const later = await world.job(other, { ...retryIn(7_200), name: 'Later' })
    await device.progress(-2)
    await world.advance(2 * MINUTE)
    expect(await ask.held(sooner, 1, 'retryInterval', 'interval')).toMatchObject({ opensAt: iso(START + 10 * MINUTE) })
    expect(await ask.held(later, 1, 'retryInterval', 'interval')).toMatchObject({ opensAt: iso(START + 2 * HOUR) })
    await ask.goesWhenTold(sooner, 1)
    await device.restart('2.0')
    await ask.goesWhenTold(later, 1)
  })

  test('a clock that is set back a day holds nobody for a day', async () => {
    const at = START + 2 * DAY
    await world.advance(2 * DAY)
    const [slow, failing] = [world.device(1), world.device(2)]
    for (const device of [slow, failing, world.device(3), world.device(4)]) await device.come()
    const retry = { attempts: 1, intervalSeconds: 600, kinds: ['download' as const] }
    const job = await world.job(firmwareId, { policy: policy({ pacePerMinute: 60, retry, proof: 'restarted' }) })
    for (let second = 1; second < 4; second += 1) await world.advance(1_000)
    expect(world.pushes).toHaveLength(4)
    await slow.progress(50)
    await failing.progress(-2)
    world.clock.jump(-DAY)
    await world.engine.idle()
    expect(world.warnings.splice(0)).toEqual([
      'the wall clock jumped; every deadline is at least ten minutes away again',
    ])
    // the interval was noted by a clock that was a day ahead, so nobody waits for it
    expect(failing.pushes()).toHaveLength(2)
    await failing.restart('2.0')
    expect((await world.task(job, 2)).facts).toMatchObject({ status: 'succeeded', proof: 'restarted' })
    // what was left of a timeout is left of it still
    await world.advance(2 * HOUR)
    for (let second = 0; second < 10; second += 1) await world.advance(1_000)
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'failed', failure: 'timedOut' })
    expect(world.clock.now()).toBeLessThan(at)
  })
})
