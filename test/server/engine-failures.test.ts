import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { TaskSelection } from '#contract/manage/jobs.ts'
import type { TaskFilter } from '#server/ports-engine.ts'

import { databases } from './support/databases.ts'
import { createWorld, OPERATOR, policy, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceId, deviceKey } from './support/rows.ts'

const ALL_FAILED = { all: true, status: 'failed' } as const

describe.each(databases)('ways to fail, on %s', (database) => {
  let world: World
  let of: { orgId: string; jobId: string }
  beforeEach(async () => {
    world = await createWorld(database)
    await addFleet(world.db, 6)
    of = await world.job(await addFirmware(world.db), { policy: policy({}) })
    // -2 is a download, -4 a write that failed; the sixth never comes
    for (const [n, code] of [-2, -4, -2, -4, -2].entries()) {
      await world.device(n + 1).come()
      await world.device(n + 1).progress(code)
    }
  })
  afterEach(async () => {
    await world.dispose()
    expect(world.warnings).toEqual([])
  })

  const keys = async (filter: TaskFilter, limit = 50) => {
    const page = await world.engine.jobs.tasks(of, filter, { position: { at: 'first' }, limit, order: 'asc' })
    return page.items.map((task) => task.deviceKey)
  }
  const retry = (selection: TaskSelection) => world.engine.jobs.retry(of, selection, OPERATOR)

  test('devices are found by how they failed, in pages and by their keys too', async () => {
    expect(await keys({ failure: 'download' })).toEqual([1, 3, 5].map(deviceKey))
    expect(await keys({ failure: 'download' }, 2)).toEqual([1, 3].map(deviceKey))
    expect(await keys({ failure: 'writing', status: 'failed', q: deviceKey(4) })).toEqual([deviceKey(4)])
    expect(await keys({ failure: 'writing', status: 'init' })).toEqual([])
    expect(await keys({ failure: 'refused' })).toEqual([])
  })

  test('those of one kind are retried and no others', async () => {
    expect(await retry({ ...ALL_FAILED, failure: 'download' })).toBe(3)
    expect(await keys({ status: 'failed' })).toEqual([2, 4].map(deviceKey))
    expect(await world.counts(of)).toMatchObject({ init: 4, failed: 2 })
    expect(await world.engine.jobs.failures(of)).toEqual([{ kind: 'writing', count: 2 }])
  })

  test('all of a state that no device is in are none, and no error', async () => {
    expect(await retry({ ...ALL_FAILED, failure: 'refused' })).toBe(0)
    expect(await world.engine.jobs.cancel(of, { all: true, status: 'published' }, OPERATOR)).toBe(0)
    expect(await world.engine.jobs.cancel(of, { all: true, status: 'init' }, OPERATOR)).toBe(1)
    // the last one that waited is gone: the job is over, and there is nothing to cancel in it
    await expect(world.engine.jobs.cancel(of, { all: true, status: 'init' }, OPERATOR)).rejects.toMatchObject({
      problem: { status: 409, code: 'job_over' },
    })
    expect(await retry(ALL_FAILED)).toBe(5)
    expect(await retry(ALL_FAILED)).toBe(0)
  })

  test('chosen devices that cannot be retried are refused, and say why', async () => {
    const refusal = { problem: { status: 409, code: 'nothing_to_retry' } }
    await expect(retry({ deviceIds: [deviceId(6)] })).rejects.toMatchObject(refusal)
    await expect(retry({ deviceIds: [deviceId(99)] })).rejects.toMatchObject(refusal)
  })
})
