import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { JobUpdate, Scope } from '#contract/manage/jobs.ts'
import type { Actor } from '#server/ports.ts'

import { watchCommits, type Commits } from './support/commits.ts'
import { databases } from './support/databases.ts'
import { createWorld, OPERATOR, policy, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceKey, ORG } from './support/rows.ts'

/*
 * A job that was made to take devices over does so when it starts, behind the answer to whoever starts it, in short
 * transactions. Until then the older jobs keep their devices.
 */

/** Two batches as a job is made, and five as it takes devices over. */
const DEVICES = 620
const APPROVER: Actor = { kind: 'user', id: 'user-2', name: 'Amin', address: '10.0.0.2' }

describe.each(databases)('a job that takes devices over on %s', (database) => {
  let world: World
  let firmwareId: string
  let commits: Commits
  let older: Awaited<ReturnType<World['job']>>

  const newerJob = (asked: Parameters<World['job']>[1] = {}) =>
    world.job(firmwareId, { name: 'newer', supersede: true, ...asked })
  const view = (of: typeof older) => world.engine.jobs.view(of)
  const newer = async () => {
    const jobs = world.db.read.selectFrom('jobs').select('id').where('name', '=', 'newer')
    return { orgId: ORG, jobId: (await jobs.executeTakeFirstOrThrow()).id }
  }
  const expectUntouched = async () => expect(await world.counts(older)).toMatchObject({ init: DEVICES, skipped: 0 })
  const expectTaken = async () => expect(await world.counts(older)).toMatchObject({ init: 0, skipped: DEVICES })
  /** Acts once, when some devices are taken over and others not yet. */
  const amidst = (act: () => Promise<unknown> | void) => {
    let isOver = false
    commits.each(async () => {
      const counts = await world.counts(older)
      if (isOver || !counts || counts.skipped < 200) return
      isOver = true
      expect(counts.init).toBeGreaterThan(200)
      await act()
    })
    return () => expect(isOver).toBe(true)
  }

  beforeEach(async () => {
    commits = watchCommits()
    world = await createWorld(database, { intoStore: commits.watched })
    await addFleet(world.db, DEVICES)
    firmwareId = await addFirmware(world.db)
    older = await world.job(firmwareId, { name: 'older', start: false })
  })
  afterEach(async () => {
    commits.live()
    await world.dispose()
    expect(world.warnings).toEqual([])
  })

  test('takes nothing before it starts, and all when it does', async () => {
    await world.device(1).come()
    const job = await newerJob({ start: false })
    await expectUntouched()
    expect(await view(job)).toMatchObject({ supersede: true })
    expect(await world.engine.jobs.start(job, OPERATOR)).toMatchObject({ state: 'started' })
    await world.engine.idle()
    await expectTaken()
    expect(await view(job)).toMatchObject({ counts: { init: DEVICES - 1, published: 1 } })
  })

  test('answers its start before it has taken anything', async () => {
    const job = await newerJob({ start: false })
    let left: number | undefined
    commits.after(1, async () => {
      left = (await world.counts(older))?.init
    })
    await world.engine.jobs.start(job, OPERATOR)
    expect((await world.counts(older))?.init).toBeGreaterThan(0)
    await world.engine.idle()
    expect(left).toBe(DEVICES)
    await expectTaken()
  })

  test('leaves the older its devices when it is rejected, withdrawn, edited, stopped with all others or deleted', async () => {
    const job = await newerJob({ policy: policy({ approval: true }) })
    await world.engine.jobs.reject(job, APPROVER)
    await world.engine.jobs.start(job, OPERATOR)
    await world.engine.jobs.withdraw(job, OPERATOR)
    await world.engine.jobs.start(job, OPERATOR)
    await world.engine.jobs.stopAll(ORG, OPERATOR)
    const { version } = await view(job)
    const scope = Scope.parse({ deviceKeys: [2, 3].map(deviceKey) })
    await world.engine.jobs.update(job, JobUpdate.parse({ version, scope }), OPERATOR)
    await world.engine.idle()
    await expectUntouched()
    await world.engine.jobs.delete(job, OPERATOR)
    await world.engine.idle()
    await expectUntouched()
  })

  test('takes over when a second person approves the start', async () => {
    const job = await newerJob({ policy: policy({ approval: true }) })
    await expectUntouched()
    await world.engine.jobs.approve(job, APPROVER)
    await world.engine.idle()
    await expectTaken()
  })

  test('takes only devices that are still in it, and none from jobs that are newer than itself', async () => {
    const job = await newerJob({ start: false })
    const { version } = await view(job)
    const scope = Scope.parse({ deviceKeys: [1, 2, 3].map(deviceKey) })
    await world.engine.jobs.update(job, JobUpdate.parse({ version, scope }), OPERATOR)
    await world.engine.jobs.cancel(job, { deviceIds: [(await world.task(job, 3)).deviceId] }, OPERATOR)
    const newest = await world.job(firmwareId, { name: 'newest', start: false })
    await world.engine.jobs.start(job, OPERATOR)
    await world.engine.idle()
    expect(await world.counts(older)).toMatchObject({ init: DEVICES - 2, skipped: 2 })
    expect(await world.counts(newest)).toMatchObject({ init: DEVICES })
  })

  test('takes over once: what it is started with later, it does not take', async () => {
    const job = await newerJob({ scope: { deviceKeys: [deviceKey(1)] } })
    await world.engine.jobs.stop(job, OPERATOR)
    const { version } = await view(job)
    const scope = Scope.parse({ deviceKeys: [1, 2].map(deviceKey) })
    await world.engine.jobs.update(job, JobUpdate.parse({ version, scope }), OPERATOR)
    await world.engine.jobs.start(job, OPERATOR)
    await world.engine.idle()
    expect(await world.counts(older)).toMatchObject({ init: DEVICES - 1, skipped: 1 })
  })

  test('lets a device go with the older job as long as it is not taken, and never with both', async () => {
    await world.engine.jobs.start(older, OPERATOR)
    const wasAmidst = amidst(async () => {
      const taken = new Set(
        (await world.store.read.tasksAfter(older.jobId, { status: 'skipped' }, '', DEVICES)).map(
          (task) => task.deviceKey,
        ),
      )
      expect(taken.has(deviceKey(1))).toBe(true)
      expect(taken.has(deviceKey(DEVICES))).toBe(false)
      for (const n of [1, DEVICES]) {
        const device = world.device(n)
        await device.arrive()
        await device.tell({ kind: 'inform', version: '1.0' })
      }
    })
    const job = await newerJob()
    wasAmidst()
    expect((await world.task(job, 1)).facts.status).toBe('published')
    const statuses = [(await world.task(older, DEVICES)).facts, (await world.task(job, DEVICES)).facts]
    expect(statuses.map(({ status }) => status).filter((status) => status === 'published')).toHaveLength(1)
    expect(world.pushes.map(({ device }) => device.deviceKey).toSorted()).toEqual([deviceKey(1), deviceKey(DEVICES)])
    expect(await world.counts(older)).toMatchObject({ init: 0 })
  })

  test.each(['stop', 'halt'] as const)('goes on with it after a %s, because a person has started it', async (how) => {
    const failing = policy({ halt: { failurePercent: null, failureCount: 1 } })
    if (how === 'halt') await world.device(1).come()
    const wasAmidst = amidst(async () => {
      if (how === 'stop') await world.engine.jobs.stop(await newer(), OPERATOR)
      else {
        // it fails what it was sent, which may come behind the first of those that are taken
        const status = async () => (await world.task(await newer(), 1)).facts.status
        await expect.poll(status, { timeout: 10_000 }).toBe('published')
        await world.device(1).tell({ kind: 'progress', step: -2, text: '' })
      }
    })
    const job = await newerJob({ policy: failing })
    wasAmidst()
    expect((await view(job)).state).toBe(how === 'stop' ? 'stopped' : 'halted')
    await expectTaken()
  })

  test('takes none that an edit leaves out meanwhile', async () => {
    const kept = [1, 2, DEVICES - 2, DEVICES - 1].map(deviceKey)
    const wasAmidst = amidst(async () => {
      const of = await newer()
      await world.engine.jobs.stop(of, OPERATOR)
      const { version } = await view(of)
      const scope = Scope.parse({ deviceKeys: kept })
      await world.engine.jobs.update(of, JobUpdate.parse({ version, scope }), OPERATOR)
    })
    await newerJob()
    wasAmidst()
    const left = await world.store.read.tasksAfter(older.jobId, { status: 'init' }, '', DEVICES)
    expect(left.length).toBeGreaterThan(200)
    expect(left.filter((task) => kept.includes(task.deviceKey))).toEqual([])
    expect(await world.store.read.superseding()).toEqual([])
  })

  test('takes no more when it is ended meanwhile', async () => {
    const wasAmidst = amidst(async () => world.engine.jobs.end(await newer(), OPERATOR))
    const job = await newerJob()
    wasAmidst()
    expect(await view(job)).toMatchObject({ state: 'completed' })
    expect(await world.counts(older)).toMatchObject({ init: expect.toSatisfy((left: number) => left > 200) })
    expect(await world.store.read.superseding()).toEqual([])
  })

  test('goes on after the process died in the midst of it, also where the job was stopped since', async () => {
    const wasAmidst = amidst(async () => {
      await world.engine.jobs.stopAll(ORG, OPERATOR)
      commits.die()
    })
    const job = await newerJob()
    wasAmidst()
    expect(world.warnings.splice(0)).not.toEqual([])
    commits.live()
    await world.restart()
    await expectTaken()
    expect((await view(job)).state).toBe('stopped')
    expect(await world.store.read.superseding()).toEqual([])
  })

  test('tries again by itself after a failure', async () => {
    const wasAmidst = amidst(commits.die)
    const job = await newerJob()
    wasAmidst()
    expect(world.warnings.splice(0)).toContain('taking devices over failed; it is tried again')
    commits.live()
    await world.advance(5_000)
    await expectTaken()
    expect((await view(job)).state).toBe('started')
    expect(await world.store.read.superseding()).toEqual([])
  })
})
