import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { Scope } from '#contract/manage/jobs.ts'

import { databases } from './support/databases.ts'
import { createWorld, OPERATOR, policy, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceId } from './support/rows.ts'

describe.each(databases)('a list that takes devices later on %s', (database) => {
  let world: World
  let firmwareId: string
  const OPEN = policy({ list: 'incremental' })
  const begin = (extra: object = {}) => world.job(firmwareId, { policy: OPEN, scope: { versions: ['1.0'] }, ...extra })
  const mark = (n: number, tags: object) =>
    world.db.transact((trx) =>
      trx
        .updateTable('devices')
        .set({ tags: JSON.stringify(tags) })
        .where('id', '=', deviceId(n))
        .execute(),
    )
  beforeEach(async () => {
    world = await createWorld(database)
    await addFleet(world.db, 8, '0.9')
    firmwareId = await addFirmware(world.db)
  })
  afterEach(async () => {
    await world.dispose()
    expect(world.warnings).toEqual([])
  })

  test('begins with nobody, takes who comes to match, goes at once, and is not over when all have ended', async () => {
    const job = await begin()
    expect(await world.counts(job)).toMatchObject({ init: 0 })
    await world.device(1).come('0.9')
    expect(await world.counts(job)).toMatchObject({ init: 0, published: 0 })
    await world.device(2).come('1.0')
    expect(await world.counts(job)).toMatchObject({ published: 1 })
    expect(world.pushes.map(({ device }) => device.deviceId)).toEqual([deviceId(2)])
    await world.device(2).restart('2.0')
    expect(await world.engine.jobs.view(job)).toMatchObject({ state: 'started', counts: { succeeded: 1 } })
    await world.device(1).inform('1.0')
    expect(await world.counts(job)).toMatchObject({ published: 1, succeeded: 1 })
    const joined = await world.db.read.selectFrom('log').selectAll().where('action', '=', 'task.joined').execute()
    expect(new Set(joined.map((line) => line.device_id))).toEqual(new Set([deviceId(1), deviceId(2)]))
    expect(await world.engine.jobs.end(job, OPERATOR)).toMatchObject({ state: 'completed' })
    await world.device(3).come('1.0')
    expect(await world.counts(job)).toMatchObject({ init: 0, published: 1, succeeded: 1 })
  })

  test('a device joins once, however often it reports', async () => {
    const job = await begin()
    await world.device(1).come('1.0')
    for (let turn = 0; turn < 3; turn += 1) await world.device(1).inform('1.0')
    await world.device(1).restart('1.0')
    expect(await world.counts(job)).toMatchObject({ init: 0, published: 1 })
  })

  test('a device that an edit left out joins again once it matches, with its old task', async () => {
    const job = await begin({ start: false })
    await world.device(1).come('1.0')
    const { version } = await world.engine.jobs.view(job)
    await world.engine.jobs.update(job, { version, scope: Scope.parse({ versions: ['1.1'] }) }, OPERATOR)
    expect(await world.counts(job)).toMatchObject({ init: 0, skipped: 1 })
    await world.device(1).inform('1.1')
    expect(await world.counts(job)).toMatchObject({ init: 1, skipped: 0 })
    expect((await world.task(job, 1)).facts).toMatchObject({ attempt: 1, sourceVersion: '1.1' })
  })

  test('many that come together all join, each once, and the concurrency is kept', async () => {
    const job = await begin({ policy: policy({ list: 'incremental', concurrency: 3 }) })
    await Promise.all(Array.from({ length: 8 }, (_, n) => world.device(n + 1).come('1.0')))
    expect(await world.counts(job)).toMatchObject({ init: 5, published: 3 })
    const rows = await world.db.read.selectFrom('tasks').selectAll().where('job_id', '=', job.jobId).execute()
    expect(rows).toHaveLength(8)
  })

  test('tags decide at the next report, and a stopped job remembers who came', async () => {
    const job = await begin({ scope: { tags: { site: ['north'] } } })
    await world.device(1).come('1.0')
    expect(await world.counts(job)).toMatchObject({ init: 0, published: 0 })
    await world.engine.jobs.stop(job, OPERATOR)
    await mark(1, { site: 'north' })
    await world.device(1).inform('1.0')
    expect(await world.counts(job)).toMatchObject({ init: 1, published: 0 })
    await world.engine.jobs.start(job, OPERATOR)
    await world.engine.idle()
    expect(await world.counts(job)).toMatchObject({ init: 0, published: 1 })
  })

  test('a device that is edited out of the list leaves it while it waits, and comes back when it matches again', async () => {
    const job = await begin({ scope: { tags: { site: ['north'] }, attributes: { floor: ['1'] } } })
    await mark(1, { site: 'north' })
    const edit = async (change: object) => {
      const rows = world.db.read.selectFrom('devices').select('version').where('id', '=', deviceId(1))
      const { version } = await rows.executeTakeFirstOrThrow()
      await world.engine.registry.update({ orgId: job.orgId, deviceId: deviceId(1) }, { ...change, version }, OPERATOR)
    }
    await edit({ attributes: { floor: '1' } })
    await world.device(1).inform('1.0')
    expect(await world.counts(job)).toMatchObject({ init: 1 })
    await edit({ name: 'Lobby' })
    expect(await world.counts(job)).toMatchObject({ init: 1 })
    await edit({ attributes: { floor: '2' } })
    expect(await world.counts(job)).toMatchObject({ init: 0, skipped: 1 })
    expect((await world.task(job, 1)).facts).toMatchObject({ skipReason: 'noLongerMatches' })
    await world.device(1).come('1.0')
    expect(await world.counts(job)).toMatchObject({ published: 0, skipped: 1 })
    await edit({ attributes: { floor: '1' } })
    await world.engine.idle()
    expect(await world.counts(job)).toMatchObject({ published: 1, skipped: 0 })
    // under way it goes on
    await edit({ attributes: { floor: '2' } })
    expect(await world.counts(job)).toMatchObject({ published: 1, skipped: 0 })
  })

  test('a closed list takes nobody later, and a device of a wave that is not open waits for it', async () => {
    await world.device(8).come('1.0')
    const closed = await begin({ policy: policy({}) })
    const waves = [{ upToPercent: 50, gate: { person: true } }, { upToPercent: 100 }]
    const open = await begin({ policy: policy({ list: 'incremental', waves }) })
    for (let n = 1; n <= 7; n += 1) await world.device(n).come('1.0')
    expect(await world.counts(closed)).toMatchObject({ init: 0, published: 1 })
    const { waves: shown } = await world.engine.jobs.view(open)
    const rows = await world.db.read.selectFrom('tasks').selectAll().where('job_id', '=', open.jobId).execute()
    expect(shown.map(({ size }) => size)).toEqual([0, 1].map((wave) => rows.filter((row) => row.wave === wave).length))
    const pushed = rows.filter(({ status }) => status === 'published')
    expect(pushed.every(({ wave }) => wave === 0)).toBe(true)
    expect(rows).toHaveLength(8)
  })
})
