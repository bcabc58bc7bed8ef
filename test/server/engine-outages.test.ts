import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { databases } from './support/databases.ts'
import { createWorld, HOUR, MINUTE, policy, START, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceKey } from './support/rows.ts'
import { asks } from './support/why.ts'

const DAY = 24 * HOUR
const JUMPED = 'the wall clock jumped; every deadline is at least ten minutes away again'
const iso = (at: number) => new Date(at).toISOString()
const keys = (...numbers: number[]) => ({ deviceKeys: numbers.map(deviceKey) })

/**
 * The line breaks, the service is away, the clock is set: what is told of the devices meanwhile, and when they go.
 * It is 09:00 in Singapore when these stories begin.
 */
describe.each(databases)('an outage on %s', (database) => {
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
  const reasonOf = async (job: Parameters<typeof ask.why>[0], n: number) => (await ask.why(job, n)).reason

  test('in mid-download is told as what the device said last; it goes on, or is given up ten minutes later', async () => {
    const [goesOn, silent] = [world.device(1), world.device(2)]
    for (const device of [goesOn, silent]) await device.come()
    const job = await world.job(firmwareId, { scope: keys(1, 2) })
    for (const device of [goesOn, silent]) {
      await device.progress(40, '40 % of 300 kB')
      await device.drop()
    }
    expect(await reasonOf(job, 1)).toBe('40 % of 300 kB')
    await world.advance(MINUTE)
    for (const device of [goesOn, silent]) await device.come()
    await goesOn.progress(60, '60 % of 300 kB')
    expect(await reasonOf(job, 1)).toBe('60 % of 300 kB')
    await world.advance(10 * MINUTE - 1)
    expect(await reasonOf(job, 2)).toBe('40 % of 300 kB')
    await world.advance(1)
    expect(await reasonOf(job, 2)).toBe('The device restarted in mid-way and did not go on.')
    await goesOn.restart('2.0')
    expect(await reasonOf(job, 1)).toBe('The device restarted and reported the new version.')
    expect([goesOn.pushes().length, silent.pushes().length]).toEqual([1, 1])
  })

  test('of three hours fails nobody who was under way, and what fell due meanwhile is made up for', async () => {
    const [under, pushed, planned, windowed] = [world.device(1), world.device(2), world.device(3), world.device(4)]
    for (const device of [under, pushed]) await device.come()
    const job = await world.job(firmwareId, { scope: keys(1, 2) })
    await under.progress(50, 'half')
    const startAt = iso(START + 2 * HOUR)
    const plan = await world.job(firmwareId, { scope: keys(3), policy: policy({ startAt }) })
    const night = policy({ window: { from: '10:00', to: '11:30' } })
    const short = await world.job(firmwareId, { scope: keys(4), policy: night })
    expect(await ask.why(plan, 3)).toMatchObject({ gate: 'startTime', opensAt: startAt })
    expect(await ask.why(short, 4)).toMatchObject({ gate: 'window', opensAt: iso(START + HOUR) })
    await world.restart(3 * HOUR)

    expect([await reasonOf(job, 1), await reasonOf(job, 2)]).toEqual([
      'half',
      'Pushed, waiting for the device to begin.',
    ])
    await pushed.come()
    expect(await reasonOf(job, 2)).toBe('Pushed 2 times, waiting for the device to begin.')
    await under.restart('2.0')
    expect(await reasonOf(job, 1)).toBe('The device restarted and reported the new version.')
    // its time has come while nobody was there
    await ask.held(plan, 3, 'reachable', 'The device is offline.')
    await planned.come()
    expect(planned.pushes()).toHaveLength(1)
    // its window has opened and closed again
    await windowed.come()
    expect(await ask.held(short, 4, 'window', 'closed')).toMatchObject({ opensAt: iso(START + 25 * HOUR) })
    await ask.goesWhenTold(short, 4)
  })

  test('in which a wave was to be observed to its end lets the next one go at the start', async () => {
    const waves = [{ upToDevices: 1, gate: { finalPercent: 100, soakMinutes: 90 } }, { upToPercent: 100 }]
    for (const n of [1, 2]) await world.device(n).come()
    const job = await world.job(firmwareId, { scope: keys(1, 2), policy: policy({ waves }) })
    const first = world.pushes[0]?.device.deviceKey === deviceKey(1) ? 1 : 2
    const next = 3 - first
    await world.device(first).restart('2.0')
    await ask.held(job, next, 'wave', 'The wave before is being observed.')
    await world.restart(3 * HOUR)
    await ask.held(job, next, 'reachable', 'The device is offline.')
    await world.device(next).come()
    expect(await reasonOf(job, next)).toBe('Pushed, waiting for the device to begin.')
  })

  test('of the clock, set back a day, moves each time that is told, and devices go when it is told', async () => {
    await world.advance(2 * DAY)
    const waves = [{ upToDevices: 1, gate: { finalPercent: 100, soakMinutes: 90 } }, { upToPercent: 100 }]
    for (const n of [1, 2, 3]) await world.device(n).come()
    const observed = await world.job(firmwareId, { scope: keys(1, 2), policy: policy({ waves }) })
    const first = world.pushes[0]?.device.deviceKey === deviceKey(1) ? 1 : 2
    await world.device(first).restart('2.0')
    const nights = policy({ window: { from: '22:00', to: '02:00' } })
    const nightly = await world.job(firmwareId, { scope: keys(3), policy: nights })
    expect(await ask.why(nightly, 3)).toMatchObject({ gate: 'window', opensAt: iso(START + 2 * DAY + 13 * HOUR) })
    world.clock.jump(-DAY)
    await world.engine.idle()
    expect(world.warnings.splice(0)).toEqual([JUMPED])

    // it is observed anew, and not for a day more
    expect(await ask.held(observed, 3 - first, 'wave', 'observed')).toMatchObject({
      opensAt: iso(world.clock.now() + 90 * MINUTE),
    })
    await ask.goesWhenTold(observed, 3 - first)
    expect(await ask.why(nightly, 3)).toMatchObject({ gate: 'window', opensAt: iso(START + DAY + 13 * HOUR) })
    await ask.goesWhenTold(nightly, 3)
  })

  test('of the clock, set ahead a day, lets go at once what was to go in between', async () => {
    const startAt = iso(START + 6 * HOUR)
    await world.device(1).come()
    const job = await world.job(firmwareId, { scope: keys(1), policy: policy({ startAt }) })
    await ask.held(job, 1, 'startTime', 'The job has not reached its start time.')
    world.clock.jump(DAY)
    await world.engine.idle()
    expect(world.warnings.splice(0)).toEqual([JUMPED])
    expect(await reasonOf(job, 1)).toBe('Pushed, waiting for the device to begin.')
  })
})
