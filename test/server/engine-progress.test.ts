import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { databases } from './support/databases.ts'
import { createWorld, HOUR, MINUTE, OPERATOR, policy, START, type World } from './support/engine.ts'
import { addFirmware, addFleet } from './support/rows.ts'

describe.each(databases)('how a job went on, on %s', (database) => {
  let world: World
  let firmwareId: string
  beforeEach(async () => {
    world = await createWorld(database)
    await addFleet(world.db, 3)
    firmwareId = await addFirmware(world.db)
  })
  afterEach(() => world.dispose())

  const curve = async (of: { orgId: string; jobId: string }) =>
    (await world.engine.jobs.progress(of)).map(({ at, counts }) => [
      Math.floor((at - START) / MINUTE),
      counts.init,
      counts.published + counts.upgrading,
      counts.succeeded,
      counts.failed,
    ])

  test('each slot keeps how it ended, the last point is now, and after the end it is the end', async () => {
    const job = await world.job(firmwareId, { policy: policy({}) })
    await world.advance(MINUTE)
    await world.device(1).come()
    await world.advance(MINUTE)
    await world.device(1).restart('2.0')
    await world.device(2).come()
    await world.advance(HOUR)
    expect(await curve(job)).toEqual([
      [0, 3, 0, 0, 0],
      [1, 2, 1, 0, 0],
      [2, 1, 1, 1, 0],
      [62, 1, 1, 1, 0],
    ])
    await world.device(2).progress(-2)
    await world.engine.jobs.cancel(job, { all: true, status: 'init' }, OPERATOR)
    await world.advance(HOUR)
    expect((await curve(job)).at(-1)).toEqual([62, 0, 0, 1, 1])
  })

  test('a job that is deleted takes its curve along', async () => {
    const job = await world.job(firmwareId, { policy: policy({}) })
    await world.engine.jobs.end(job, OPERATOR)
    await world.engine.jobs.delete(job, OPERATOR)
    const rows = await world.db.read.selectFrom('job_progress').selectAll().execute()
    expect(rows).toEqual([])
    await expect(world.engine.jobs.progress(job)).rejects.toMatchObject({ problem: { code: 'not_found' } })
  })
})
