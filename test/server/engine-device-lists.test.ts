import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { Scope } from '#contract/manage/jobs.ts'
import { createDeviceLists } from '#server/db/device-lists.ts'

import { databases } from './support/databases.ts'
import { createWorld, OPERATOR, type World } from './support/engine.ts'
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
    const preview = await world.engine.jobs.preview(ORG, { type: 'upgrade', firmwareId, scope })
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
})
