import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { databases } from './support/databases.ts'
import { createWorld, OPERATOR, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceKey, ORG } from './support/rows.ts'

describe.each(databases)('the emergency stop on %s', (database) => {
  let world: World
  beforeEach(async () => {
    world = await createWorld(database)
    await addFleet(world.db, 4)
  })
  afterEach(async () => {
    await world.dispose()
    expect(world.warnings).toEqual([])
  })

  test('stops every started job in one act: what is under way goes on, nothing more is pushed', async () => {
    const firmwareId = await addFirmware(world.db)
    const first = await world.job(firmwareId, { name: 'first', scope: { deviceKeys: [1, 2].map(deviceKey) } })
    const second = await world.job(firmwareId, { name: 'second', scope: { deviceKeys: [3].map(deviceKey) } })
    const drawn = await world.job(firmwareId, { scope: { deviceKeys: [4].map(deviceKey) }, start: false })
    await world.device(1).come()
    expect(await world.engine.jobs.stopAll(ORG, OPERATOR)).toBe(2)
    expect(await world.engine.jobs.stopAll(ORG, OPERATOR)).toBe(0)
    const states = await Promise.all([first, second, drawn].map((of) => world.engine.jobs.view(of)))
    expect(states.map(({ state }) => state)).toEqual(['stopped', 'stopped', 'stopped'])

    await world.device(2).come()
    await world.device(3).come()
    expect(world.pushes).toHaveLength(1)
    await world.device(1).progress(50)
    await world.device(1).restart('2.0')
    expect(await world.counts(first)).toMatchObject({ succeeded: 1, init: 1 })
    const page = await world.engine.jobs.timeline(second, { position: { at: 'first' }, limit: 1, order: 'desc' })
    expect(page.items).toMatchObject([{ action: 'job.stopped', why: 'Emergency stop.', actor: { name: 'Olivia' } }])
  })

  test('stops nothing of another organisation', async () => {
    const of = await world.job(await addFirmware(world.db))
    expect(await world.engine.jobs.stopAll('other', OPERATOR)).toBe(0)
    expect(await world.engine.jobs.view(of)).toMatchObject({ state: 'started' })
  })
})
