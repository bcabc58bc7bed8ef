import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { Scope } from '#contract/manage/jobs.ts'
import { createDeviceLists } from '#server/db/device-lists.ts'

import { databases } from './support/databases.ts'
import { createWorld, MINUTE, OPERATOR, policy, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceKey, ORG, PRODUCT } from './support/rows.ts'

describe.each(databases)('jobs of device lists on %s', (database) => {
  let world: World
  let firmwareId: string
  beforeEach(async () => {
    world = await createWorld(database)
    await addFleet(world.db, 1_300)
    firmwareId = await addFirmware(world.db)
  })
  afterEach(async () => {
    await world.dispose()
    expect(world.warnings).toEqual([])
  })

  async function keep(keys: readonly string[]): Promise<string> {
    const draft = createDeviceLists(world.db, world.clock).draft()
    draft.add(keys)
    return (await draft.keep(ORG, { product: PRODUCT, name: 'list' }, OPERATOR)).id
  }
  const even = Array.from({ length: 650 }, (_, n) => deviceKey(2 * (n + 1)))
  const strangers = (count: number) => Array.from({ length: count }, (_, n) => `stranger-${n}`)

  /** Keys of the job's tasks. */
  async function taken(scope: object): Promise<string[]> {
    const of = await world.job(firmwareId, { scope, start: false })
    const position = { at: 'first' } as const
    const page = await world.engine.jobs.tasks(of, {}, { position, limit: 2_000, order: 'asc' })
    return page.items.map((task) => task.deviceKey)
  }

  test.each([
    ['short', 3],
    // longer than what is read key by key
    ['long', 10_000],
  ])('a %s list takes its devices, and the preview tells of those that nobody has', async (_length, unknown) => {
    const deviceListId = await keep([...even, ...strangers(unknown)])
    const scope = Scope.parse({ deviceListId })
    const preview = await world.preview({ type: 'upgrade', firmwareId, scope })
    expect(preview).toMatchObject({ matched: 650, excluded: [{ reason: 'unknownKey', count: unknown }] })
    expect(await taken(scope)).toEqual(even)
  })

  test('typed keys narrow a list', async () => {
    const deviceListId = await keep(even)
    expect(await taken({ deviceListId, deviceKeys: [1, 2, 3, 4].map(deviceKey) })).toEqual([2, 4].map(deviceKey))
  })

  test('a list that is being deleted is none any more', async () => {
    const lists = createDeviceLists(world.db, world.clock)
    const deviceListId = await keep(even)
    await lists.delete(ORG, deviceListId, OPERATOR)
    await expect(taken({ deviceListId })).rejects.toMatchObject({
      problem: { status: 404, title: 'Device list of this product does not exist.' },
    })
  })
  test('an open list whose device list is gone takes nobody, and devices go on reporting', async () => {
    const deviceListId = await keep(even)
    const open = { policy: policy({ list: 'incremental' }), scope: { deviceListId } }
    // it would join when it is back on the old version
    await world.device(4).come('2.0')
    const job = await world.job(firmwareId, open)
    await world.device(2).come()
    await world.device(2).progress(-2)
    await world.engine.jobs.end(job, OPERATOR)
    await createDeviceLists(world.db, world.clock).delete(ORG, deviceListId, OPERATOR)
    await world.engine.jobs.retry(job, { all: true, status: 'failed' }, OPERATOR)
    expect(await world.engine.jobs.view(job)).toMatchObject({ state: 'started', counts: { init: 1 } })
    await world.device(4).connect()
    expect(await world.device(4).inform('1.0')).toMatchObject({ code: 200 })
    expect(await world.counts(job)).toMatchObject({ init: 1, failed: 0 })
    await world.advance(MINUTE)
    await world.device(2).inform('2.0')
    expect(await world.counts(job)).toMatchObject({ init: 0, published: 0, succeeded: 1, failed: 0, skipped: 648 })
  })
})
