import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { watchCommits, type Commits } from './support/commits.ts'
import { databases } from './support/databases.ts'
import { createWorld, OPERATOR, policy, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceId, ORG } from './support/rows.ts'

/*
 * A job of many devices is made, and deleted, in many short transactions. What is between them is seen by everyone, and
 * may be all that a process that dies leaves behind.
 */

/** Three batches, of which the last is a short one. */
const DEVICES = 1_010

describe.each(databases)('a job that is being made on %s', (database) => {
  let world: World
  let firmwareId: string
  let commits: Commits
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
    commits = watchCommits()
    world = await createWorld(database, { intoStore: commits.watched })
    await addFleet(world.db, DEVICES)
    firmwareId = await addFirmware(world.db)
  })
  afterEach(async () => {
    commits.live()
    await world.dispose()
    expect(world.warnings).toEqual([])
  })

  test('says so, counts what it has, and lets nothing be done to it; devices go on reporting', async () => {
    const seen: number[] = []
    commits.each(async () => {
      const job = await onlyJob()
      if (!job) return
      const rows = await world.db.read.selectFrom('tasks').select('wave').where('job_id', '=', job.id).execute()
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
    })
    const job = await world.job(firmwareId, { start: false, policy: policy({ waves: WAVES }) })
    commits.each(async () => {})
    expect(seen.length).toBeGreaterThan(4)
    expect(seen).toEqual(seen.toSorted((a, b) => a - b))
    const view = await world.engine.jobs.view(job)
    expect(view).toMatchObject({ phase: 'ready', counts: { init: DEVICES } })
    expect(view.waves.map(({ size }) => size)).toEqual([1, 100, 909])
    const lines = await world.db.read.selectFrom('log').select('action').where('job_id', '=', job.jobId).execute()
    expect(lines).toEqual([{ action: 'job.created' }])
  })

  test('a device that was upgraded by other means meanwhile is no part of it, or already there', async () => {
    commits.after(2, async () => {
      await world.device(1).come('2.0')
      await world.device(DEVICES).come('2.0')
    })
    const job = await world.job(firmwareId, { start: false })
    const rows = await world.db.read.selectFrom('tasks').selectAll().where('job_id', '=', job.jobId).execute()
    expect(rows.filter((row) => row.status === 'succeeded').map((row) => row.device_id)).toEqual([deviceId(1)])
    expect(rows.some((row) => row.device_id === deviceId(DEVICES))).toBe(false)
    expect(await world.counts(job)).toMatchObject({ init: DEVICES - 2, succeeded: 1 })
  })

  // of each batch some, and enough that one would be in an early wave if they were placed alone, whatever the job's seed
  const LATE = Array.from({ length: 144 }, (_, i) => DEVICES - 7 * i)

  test('an open list takes devices that come while it is made, once, and its waves stay exact', async () => {
    let waves: number[] = []
    commits.after(2, async () => {
      for (const n of LATE) await world.device(n).come('1.0')
      const rows = await world.db.read.selectFrom('tasks').select('wave').distinct().execute()
      waves = rows.map(({ wave }) => wave)
    })
    const job = await world.job(firmwareId, { start: false, policy: policy({ list: 'incremental', waves: WAVES }) })
    expect(await world.counts(job)).toMatchObject({ init: DEVICES })
    // until all are cut into waves together
    expect(waves).toEqual([WAVES.length - 1])
    const sizes = (await world.engine.jobs.view(job)).waves.map(({ size }) => size)
    expect(sizes).toEqual([1, 100, 909])
  })

  test('what fails half way leaves nothing behind', async () => {
    commits.after(2, () => {
      throw new Error('The disk is full.')
    })
    await expect(world.job(firmwareId)).rejects.toThrow('The disk is full.')
    expect(await left()).toEqual({ jobs: 0, tasks: 0 })
    expect(await world.db.read.selectFrom('log').select('action').execute()).toEqual([])
  })

  test('what a dying process leaves is taken away by the next start', async () => {
    commits.after(3, commits.die)
    await expect(world.job(firmwareId)).rejects.toThrow('The process died.')
    expect((await left()).tasks).toBeGreaterThan(0)
    commits.live()
    await world.restart()
    expect(await left()).toEqual({ jobs: 0, tasks: 0 })
  })

  test('an emergency stop while it is made keeps it from starting', async () => {
    await world.device(1).come()
    commits.after(2, () => world.engine.jobs.stopAll(ORG, OPERATOR))
    const job = await world.job(firmwareId)
    expect(await world.engine.jobs.view(job)).toMatchObject({ state: 'stopped', phase: 'ready' })
    expect(world.pushes).toEqual([])
  })

  test('a deletion that is cut off is finished by the next start', async () => {
    const job = await world.job(firmwareId, { start: false })
    commits.after(2, commits.die)
    await expect(world.engine.jobs.delete(job, OPERATOR)).rejects.toThrow('The process died.')
    commits.live()
    expect(await world.engine.jobs.view(job)).toMatchObject({ phase: 'deleting' })
    await expect(world.engine.jobs.start(job, OPERATOR)).rejects.toThrow('The job is being deleted.')
    await world.restart()
    expect(await left()).toEqual({ jobs: 0, tasks: 0 })
    await expect(world.engine.jobs.view(job)).rejects.toMatchObject({ problem: { status: 404 } })
  })
})
