import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { EngineStore } from '#server/ports-engine.ts'

import { databases } from './support/databases.ts'
import { createWorld, OPERATOR, policy, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceId, ORG } from './support/rows.ts'

/*
 * A job of many devices is made, and deleted, in many short transactions. What is between them is seen by everyone, and
 * may be all that a process that dies leaves behind.
 */

const DEVICES = 1_300

describe.each(databases)('a job that is being made on %s', (database) => {
  let world: World
  let firmwareId: string
  /** Runs after each commit of the engine; what it commits itself is not followed. */
  let between: () => Promise<void>
  /** From then on nothing can be written: the process is as good as dead. */
  let isDead: boolean

  const watched = (store: EngineStore): EngineStore => ({
    ...store,
    async transact(work) {
      if (isDead) throw new Error('The process died.')
      const result = await store.transact(work)
      const follow = between
      between = async () => {}
      await follow()
      between = follow
      return result
    },
  })
  const after = (commits: number, act: () => Promise<unknown> | void) => {
    let left = commits
    between = async () => {
      left -= 1
      if (left === 0) await act()
    }
  }
  const onlyJob = async () => (await world.store.read.passingJobs())[0]
  const left = async () => {
    const [jobs, tasks] = await Promise.all([
      world.db.read.selectFrom('jobs').select('id').execute(),
      world.db.read.selectFrom('tasks').select('job_id').execute(),
    ])
    return { jobs: jobs.length, tasks: tasks.length }
  }
  const WAVES = [{ upToDevices: 1 }, { upToPercent: 10 }, { upToPercent: 100 }]

  beforeEach(async () => {
    isDead = false
    between = async () => {}
    world = await createWorld(database, { intoStore: watched })
    await addFleet(world.db, DEVICES)
    firmwareId = await addFirmware(world.db)
  })
  afterEach(async () => {
    isDead = false
    await world.dispose()
    expect(world.warnings).toEqual([])
  })

  test('says so, counts what it has, and lets nothing be done to it; devices go on reporting', async () => {
    const seen: number[] = []
    between = async () => {
      const job = await onlyJob()
      if (!job) return
      const rows = await world.db.read.selectFrom('tasks').selectAll().where('job_id', '=', job.id).execute()
      seen.push(rows.length)
      const of = { orgId: ORG, jobId: job.id }
      const view = await world.engine.jobs.view(of)
      expect(view).toMatchObject({ state: 'stopped', phase: 'making', counts: { init: rows.length } })
      const sizes = WAVES.map((_, wave) => rows.filter((row) => row.wave === wave).length)
      expect(view.waves.map(({ size }) => size)).toEqual(sizes)
      const refusal = { problem: { code: 'job_not_ready' } }
      await expect(world.engine.jobs.start(of, OPERATOR)).rejects.toMatchObject(refusal)
      await expect(world.engine.jobs.delete(of, OPERATOR)).rejects.toMatchObject(refusal)
      await world.device(1).connect()
      expect(await world.device(1).inform('1.0')).toMatchObject({ code: 200 })
    }
    const job = await world.job(firmwareId, { start: false, policy: policy({ waves: WAVES }) })
    between = async () => {}
    expect(seen.length).toBeGreaterThan(4)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    const view = await world.engine.jobs.view(job)
    expect(view).toMatchObject({ phase: 'ready', counts: { init: DEVICES } })
    expect(view.waves.map(({ size }) => size)).toEqual([1, 129, 1_170])
    const lines = await world.db.read.selectFrom('log').select('action').where('job_id', '=', job.jobId).execute()
    expect(lines).toEqual([{ action: 'job.created' }])
  })

  test('a device that was upgraded by other means meanwhile is no part of it, or already there', async () => {
    after(2, async () => {
      await world.device(1).come('2.0')
      await world.device(1_300).come('2.0')
    })
    const job = await world.job(firmwareId, { start: false })
    const rows = await world.db.read.selectFrom('tasks').selectAll().where('job_id', '=', job.jobId).execute()
    expect(rows.filter((row) => row.status === 'succeeded').map((row) => row.device_id)).toEqual([deviceId(1)])
    expect(rows.some((row) => row.device_id === deviceId(1_300))).toBe(false)
    expect(await world.counts(job)).toMatchObject({ init: DEVICES - 2, succeeded: 1 })
  })

  // enough that some of them would be in an early wave if they were placed alone, whatever the job's seed
  const LATE = Array.from({ length: 700 }, (_, i) => DEVICES - i)

  test('an open list takes devices that come while it is made, once, and its waves stay exact', async () => {
    after(2, async () => {
      for (const n of LATE) await world.device(n).come('1.0')
    })
    const job = await world.job(firmwareId, { start: false, policy: policy({ list: 'incremental', waves: WAVES }) })
    expect(await world.counts(job)).toMatchObject({ init: DEVICES })
    const sizes = (await world.engine.jobs.view(job)).waves.map(({ size }) => size)
    expect(sizes).toEqual([1, 129, 1_170])
  })

  test('what fails half way leaves nothing behind', async () => {
    after(2, () => {
      throw new Error('The disk is full.')
    })
    await expect(world.job(firmwareId)).rejects.toThrow('The disk is full.')
    expect(await left()).toEqual({ jobs: 0, tasks: 0 })
    expect(await world.db.read.selectFrom('log').select('action').execute()).toEqual([])
  })

  test('what a dying process leaves is taken away by the next start', async () => {
    after(3, () => {
      isDead = true
    })
    await expect(world.job(firmwareId)).rejects.toThrow('The process died.')
    expect((await left()).tasks).toBeGreaterThan(0)
    isDead = false
    await world.restart()
    expect(await left()).toEqual({ jobs: 0, tasks: 0 })
  })

  test('an emergency stop while it is made keeps it from starting', async () => {
    await world.device(1).come()
    after(2, () => world.engine.jobs.stopAll(ORG, OPERATOR))
    const job = await world.job(firmwareId)
    expect(await world.engine.jobs.view(job)).toMatchObject({ state: 'stopped', phase: 'ready' })
    expect(world.pushes).toEqual([])
  })

  test('taking over devices of an older job goes in short transactions too, before it starts', async () => {
    await world.device(1).come()
    const older = await world.job(firmwareId, { name: 'older', start: false })
    const newer = await world.job(firmwareId, { name: 'newer', supersede: true })
    expect(await world.counts(older)).toMatchObject({ init: 0, skipped: DEVICES })
    expect(await world.counts(newer)).toMatchObject({ init: DEVICES - 1, published: 1 })
  })

  describe('that takes devices over from an older one', () => {
    let older: Awaited<ReturnType<World['job']>>
    const takeOver = () => world.job(firmwareId, { name: 'newer', supersede: true })
    const newer = async () => {
      const jobs = world.db.read.selectFrom('jobs').select('id').where('name', '=', 'newer')
      return { orgId: ORG, jobId: (await jobs.executeTakeFirstOrThrow()).id }
    }
    /** It is whole after its fifth commit, and the devices are taken over in the nine that follow. */
    const AMIDST = 8
    beforeEach(async () => {
      older = await world.job(firmwareId, { name: 'older', start: false })
    })

    test('goes on with that after the process died in the midst of it, and starts then', async () => {
      after(AMIDST, () => {
        isDead = true
      })
      await expect(takeOver()).rejects.toThrow('The process died.')
      isDead = false
      const before = await world.counts(older)
      expect(Math.min(before!.init, before!.skipped)).toBeGreaterThan(0)
      await world.restart()
      expect(await world.counts(older)).toMatchObject({ init: 0, skipped: DEVICES })
      expect((await world.engine.jobs.view(await newer())).state).toBe('started')
      const lines = await world.db.read.selectFrom('log').selectAll().where('action', '=', 'job.started').execute()
      expect(lines.map(({ actor_name: name }) => name)).toEqual([OPERATOR.name])
    })

    test('does not start when all jobs are stopped in an emergency meanwhile, also not after a restart', async () => {
      after(AMIDST, async () => {
        await world.engine.jobs.stopAll(ORG, OPERATOR)
        isDead = true
      })
      await expect(takeOver()).rejects.toThrow('The process died.')
      isDead = false
      await world.restart()
      expect(await world.counts(older)).toMatchObject({ init: 0, skipped: DEVICES })
      expect((await world.engine.jobs.view(await newer())).state).toBe('stopped')
    })

    test('takes no more when it is deleted meanwhile', async () => {
      after(AMIDST, async () => world.engine.jobs.delete(await newer(), OPERATOR))
      await expect(takeOver()).rejects.toMatchObject({ problem: { status: 404 } })
      expect((await world.counts(older))?.init).toBeGreaterThan(0)
    })
  })

  test('a deletion that is cut off is finished by the next start', async () => {
    const job = await world.job(firmwareId, { start: false })
    after(2, () => {
      isDead = true
    })
    await expect(world.engine.jobs.delete(job, OPERATOR)).rejects.toThrow('The process died.')
    isDead = false
    expect(await world.engine.jobs.view(job)).toMatchObject({ phase: 'deleting' })
    await expect(world.engine.jobs.start(job, OPERATOR)).rejects.toThrow('The job is being deleted.')
    await world.restart()
    expect(await left()).toEqual({ jobs: 0, tasks: 0 })
    await expect(world.engine.jobs.view(job)).rejects.toMatchObject({ problem: { status: 404 } })
  })
})
