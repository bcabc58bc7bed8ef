import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { databases } from './support/databases.ts'
import { createWorld, HOUR, MINUTE, OPERATOR, policy, type World } from './support/engine.ts'
import { addFirmware, addFleet } from './support/rows.ts'

const DEVICES = 20

describe.each(databases)('waves on %s', (database) => {
  let world: World
  let firmwareId: string
  const underWay = async () => {
    const rows = await world.db.read.selectFrom('tasks').select('device_id').where('status', '=', 'published').execute()
    return rows.map(({ device_id }) => Number.parseInt(device_id.slice(-6), 16)).toSorted((a, b) => a - b)
  }
  const comeAll = async () => {
    for (let n = 1; n <= DEVICES; n += 1) await world.device(n).come()
  }
  /** As many as are under way and no more than asked for go on to the target. */
  const succeed = async (count = DEVICES) => {
    for (const n of (await underWay()).slice(0, count)) await world.device(n).restart('2.0')
  }
  const waves = async (job: { orgId: string; jobId: string }) => (await world.engine.jobs.view(job)).waves
  const begin = (gates: object[], extra: object = {}) => {
    const reach = [{ upToDevices: 1 }, { upToPercent: 50 }, { upToPercent: 100 }]
    return world.job(firmwareId, {
      policy: policy({ waves: reach.map((wave, n) => ({ ...wave, gate: gates[n] ?? {} })), ...extra }),
    })
  }
  /** Every counter of every wave, counted anew from the rows. */
  const recount = async (of: { jobId: string }) => {
    const rows = await world.db.read.selectFrom('tasks').selectAll().where('job_id', '=', of.jobId).execute()
    return [0, 1, 2].map((wave) => {
      const mine = rows.filter((row) => row.wave === wave)
      const count = (...states: string[]) => mine.filter(({ status }) => states.includes(status)).length
      return {
        size: mine.length,
        final: count('succeeded', 'failed', 'skipped'),
        succeeded: mine.filter((row) => row.status === 'succeeded' && row.already_there === 0).length,
        failed: mine.filter((row) => row.status === 'failed' && row.failure !== 'refused').length,
      }
    })
  }
  beforeEach(async () => {
    world = await createWorld(database)
    await addFleet(world.db, DEVICES)
    firmwareId = await addFirmware(world.db)
  })
  afterEach(async () => {
    await world.dispose()
    expect(world.warnings).toEqual([])
  })

  test('one device, then half, then all: each wave goes when the one before has succeeded', async () => {
    await comeAll()
    const job = await begin([{ successPercent: 100 }, { successPercent: 95 }])
    expect(await underWay()).toHaveLength(1)
    expect(await waves(job)).toMatchObject([
      { size: 1, state: 'open', waitsFor: '0 of 1 devices of the wave before have ended; 80 % must have.' },
      { size: 9, state: 'waiting', waitsFor: null },
      { size: 10, state: 'waiting' },
    ])
    await succeed()
    expect(await underWay()).toHaveLength(9)
    expect(await waves(job)).toMatchObject([{ state: 'done' }, { state: 'open' }, { state: 'waiting' }])
    // four fifths of nine are eight, and nine results are asked for
    await succeed(8)
    expect(await underWay()).toHaveLength(1)
    await succeed()
    expect(await underWay()).toHaveLength(10)
    await succeed()
    expect(await world.engine.jobs.view(job)).toMatchObject({ state: 'completed', counts: { succeeded: 20 } })
    expect(await waves(job)).toMatchObject(await recount(job))
  })

  test('a wave that goes badly opens no other, until a retry has mended it', async () => {
    await comeAll()
    const job = await begin([{ successPercent: 100 }])
    const [first] = await underWay()
    await world.device(first!).progress(-3)
    expect(await underWay()).toEqual([])
    expect(await waves(job)).toMatchObject([
      { failed: 1, waitsFor: '0 of 1 devices of the wave before succeeded; 100 % must have.' },
      {},
      {},
    ])
    await world.engine.jobs.retry(job, { all: true, status: 'failed' }, OPERATOR)
    await world.advance(MINUTE)
    expect(await waves(job)).toMatchObject(await recount(job))
    await succeed()
    expect(await underWay()).toHaveLength(9)
    expect(await waves(job)).toMatchObject([{ failed: 0, succeeded: 1 }, {}, {}])
  })

  test('a wave is observed for its soak time, through a restart, and the time told is when the next opens', async () => {
    await comeAll()
    const job = await begin([{ successPercent: 100, soakMinutes: 30 }])
    await succeed()
    const opensAt = new Date(world.clock.now() + 30 * MINUTE).toISOString()
    expect(await waves(job)).toMatchObject([{ waitsFor: 'The wave before is being observed.', opensAt }, {}, {}])
    const { items } = await world.engine.jobs.tasks(
      job,
      { status: 'init' },
      { position: { at: 'first' }, limit: 20, order: 'asc' },
    )
    const told = items.map(({ held }) => [held?.gate, held?.opensAt])
    expect(told.filter(([, at]) => at === opensAt)).toHaveLength(9)
    expect(told.every(([gate]) => gate === 'wave')).toBe(true)
    await world.restart()
    await comeAll()
    await world.advance(Date.parse(opensAt) - world.clock.now() - 1)
    expect(await underWay()).toEqual([])
    await world.advance(1)
    expect((await underWay()).length).toBeGreaterThanOrEqual(9)
    const opened = await world.db.read.selectFrom('log').selectAll().where('action', '=', 'job.waveOpened').execute()
    expect(opened[0]).toMatchObject({ actor_kind: 'system', at: Date.parse(opensAt) })
  })

  test('a late failure spoils what is observed, and the soak begins anew', async () => {
    await comeAll()
    const job = await begin([{}, { successPercent: 90, finalPercent: 50, sample: 2, soakMinutes: 60 }])
    await succeed(1)
    await succeed(5)
    await world.advance(30 * MINUTE)
    const [bad] = await underWay()
    await world.device(bad!).progress(-1)
    expect((await waves(job))[1]).toMatchObject({ opensAt: null })
    await world.advance(HOUR)
    await succeed(3)
    expect((await waves(job))[1]).toMatchObject({ succeeded: 8, failed: 1, opensAt: null })
    // 8 of 8 while the ninth goes round again
    await world.engine.jobs.retry(job, { all: true, status: 'failed' }, OPERATOR)
    expect((await waves(job))[1]).toMatchObject({ opensAt: new Date(world.clock.now() + HOUR).toISOString() })
    await world.advance(MINUTE)
    await succeed()
    await world.advance(HOUR)
    expect(await underWay()).toHaveLength(10)
  })

  test('a person opens the next wave, once it may be opened', async () => {
    await comeAll()
    const job = await begin([{ successPercent: 100, person: true }])
    const advance = () => world.engine.jobs.advance(job, OPERATOR)
    await expect(advance()).rejects.toMatchObject({ problem: { code: 'wave_waits' } })
    await succeed()
    expect(await waves(job)).toMatchObject([{ waitsFor: 'A person opens the next wave.' }, {}, {}])
    expect(await underWay()).toEqual([])
    await advance()
    await world.engine.idle()
    expect(await underWay()).toHaveLength(9)
    await expect(advance()).rejects.toMatchObject({ problem: { code: 'wave_opens_by_itself' } })
    await succeed()
    await expect(advance()).rejects.toMatchObject({ problem: { code: 'no_next_wave' } })
  })

  test('devices that are skipped hold no wave back, and a stopped job opens none until it is started', async () => {
    await comeAll()
    const job = await begin([{ successPercent: 100 }])
    await world.engine.jobs.stop(job, OPERATOR)
    await world.engine.jobs.cancel(job, { all: true, status: 'published' }, OPERATOR)
    expect(await waves(job)).toMatchObject(await recount(job))
    expect(await waves(job)).toMatchObject([{ state: 'done' }, { state: 'waiting' }, {}])
    await world.engine.jobs.start(job, OPERATOR)
    await world.engine.idle()
    expect(await underWay()).toHaveLength(9)
  })

  test('devices that ask are held by their wave too', async () => {
    await comeAll()
    await begin([{ successPercent: 100 }], { method: 'request' })
    let offered = 0
    for (let n = 1; n <= DEVICES; n += 1) if ((await world.device(n).report({ kind: 'getversion' })).offer) offered += 1
    expect(offered).toBe(1)
  })
})
