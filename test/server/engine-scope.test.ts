import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { Scope } from '#contract/manage/jobs.ts'

import { databases } from './support/databases.ts'
import { createWorld, policy, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceId } from './support/rows.ts'

describe.each(databases)('scopes on %s', (database) => {
  let world: World
  let firmwareId: string
  const mark = (n: number, tags: object, attributes: object = {}) =>
    world.db.transact((trx) =>
      trx
        .updateTable('devices')
        .set({ tags: JSON.stringify(tags), attributes: JSON.stringify(attributes) })
        .where('id', '=', deviceId(n))
        .execute(),
    )
  const preview = (scope: object) =>
    world.preview({ type: 'upgrade', firmwareId, scope: Scope.parse(scope), policy: policy({}) })
  const takenBy = async (scope: object) => {
    const { jobId } = await world.job(firmwareId, { scope: Scope.parse(scope), start: false })
    const rows = await world.db.read.selectFrom('tasks').select('device_id').where('job_id', '=', jobId).execute()
    return rows.map((row) => row.device_id).toSorted()
  }
  beforeEach(async () => {
    world = await createWorld(database)
    await addFleet(world.db, 200)
    firmwareId = await addFirmware(world.db)
    await mark(1, { site: 'north' }, { model: 'a' })
    await mark(2, { site: 'south' }, { model: 'b' })
    await mark(3, { site: 'east' }, { model: 'a' })
  })
  afterEach(() => world.dispose())

  test('tags and attributes take devices that have one of the values of each key', async () => {
    const scope = { tags: { site: ['north', 'east', 'south'] }, attributes: { model: ['a'] } }
    expect(await preview(scope)).toMatchObject({
      matched: 2,
      excluded: expect.arrayContaining([
        { reason: 'otherTag', count: 197 },
        { reason: 'otherAttribute', count: 1 },
      ]),
    })
    expect(await takenBy(scope)).toEqual([deviceId(1), deviceId(3)])
  })

  test('a share takes the same devices for the same seed, others for another, and more for more', async () => {
    const { matched, excluded } = await preview({ percent: 20, seed: 'may' })
    expect(matched).toBeGreaterThan(20)
    expect(matched).toBeLessThan(60)
    expect(excluded).toEqual([{ reason: 'otherShare', count: 200 - matched }])
    const first = await takenBy({ percent: 20, seed: 'may' })
    expect(first).toHaveLength(matched)
    expect(await takenBy({ percent: 20, seed: 'may' })).toEqual(first)
    expect(await takenBy({ percent: 20, seed: 'june' })).not.toEqual(first)
    expect(await takenBy({ percent: 60, seed: 'may' })).toEqual(expect.arrayContaining(first))
  })
})
