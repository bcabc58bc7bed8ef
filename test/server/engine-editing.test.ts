import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { JobUpdate, Scope } from '#contract/manage/jobs.ts'
import type { JobAct } from '#domain/job.ts'
import type { TaskFacts } from '#domain/task.ts'
import { isCounted, recountWaves } from '#domain/wave-progress.ts'
import { cutWaves } from '#domain/waves.ts'
import type { z } from 'zod'

import { watchCommits, type Commits } from './support/commits.ts'
import { databases } from './support/databases.ts'
import { createWorld, OPERATOR, policy, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceId, deviceKey, needsVerification, ORG } from './support/rows.ts'

/*
 * An edit matches the devices of a job again in many short transactions. What is between them is seen by everyone, and
 * may be all that a process that dies leaves behind; it goes on from there.
 */

/** Three batches for all devices and two for half of them, of which the last is a short one; waiting ones leave by 150. */
const DEVICES = 1_100
const WAVES = [{ upToDevices: 1 }, { upToPercent: 10 }, { upToPercent: 100 }]
const HALF = Scope.parse({ deviceKeys: Array.from({ length: DEVICES / 2 }, (_, i) => deviceKey(2 * i + 1)) })
const ALL = Scope.parse({})

describe.each(databases)('a job that is being edited on %s', (database) => {
  let world: World
  let firmwareId: string
  let commits: Commits
  type Of = Awaited<ReturnType<World['job']>>

  const view = (of: Of) => world.engine.jobs.view(of)
  const update = async (of: Of, change: Partial<z.input<typeof JobUpdate>>) => {
    const { version } = await view(of)
    return world.engine.jobs.update(of, JobUpdate.parse({ version, ...change }), OPERATOR)
  }
  const recordOf = async ({ jobId }: Of) => (await world.store.read.jobs([jobId]))[0]!
  /** What the laws are about, of every task: it is read behind every commit. */
  const tasksOf = async ({ jobId }: Of) => {
    const rows = await world.db.read
      .selectFrom('tasks')
      .select(['device_id', 'device_key', 'wave', 'status', 'failure', 'already_there'])
      .where('job_id', '=', jobId)
      .orderBy('device_key')
      .execute()
    return rows.map((row) => ({
      deviceId: row.device_id,
      deviceKey: row.device_key,
      wave: row.wave,
      facts: {
        status: row.status as TaskFacts['status'],
        failure: row.failure as TaskFacts['failure'],
        alreadyThere: row.already_there === 1,
      },
    }))
  }
  /** Counters equal the rows, and each wave those of its rows that it counts already. */
  const holdLaws = async (of: Of) => {
    const [job, tasks] = [await recordOf(of), await tasksOf(of)]
    const counted = { init: 0, published: 0, upgrading: 0, succeeded: 0, failed: 0, skipped: 0 }
    for (const { facts } of tasks) counted[facts.status] += 1
    expect(job.counts).toEqual(counted)
    const placed = tasks.filter((task) => isCounted(job.waveState, task.deviceKey))
    const shown = ({ waves }: typeof job.waveState) =>
      waves.map(({ size, final, succeeded, failed }) => ({ size, final, succeeded, failed }))
    expect(shown(job.waveState)).toEqual(shown(recountWaves(job.policy.waves, placed)))
    return { job, tasks }
  }
  /** It is whole, as if it had been edited at one blow. */
  const expectWhole = async (of: Of) => {
    const { job, tasks } = await holdLaws(of)
    expect(job).toMatchObject({ phase: 'ready', editing: null })
    expect(job.waveState.countedTo).toBeUndefined()
    const ids = tasks.map((task) => task.deviceId)
    const cut = job.policy.waves.length < 2 ? new Map<string, number>() : cutWaves(job.policy.waves, job.id, ids)
    if (cut.size > 0) expect(new Map(tasks.map((task) => [task.deviceId, task.wave]))).toEqual(cut)
    return job
  }
  /** A stopped job with devices under way, in one wave. */
  const stoppedJob = async (asked: Parameters<World['job']>[1] = {}) => {
    for (let n = 1; n <= 6; n += 1) await world.device(n).come()
    const job = await world.job(firmwareId, { ...asked, policy: policy({ ...asked.policy, concurrency: 6 }) })
    await world.engine.jobs.stop(job, OPERATOR)
    expect((await view(job)).counts).toMatchObject({ published: 6 })
    return job
  }

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

  test('counts exactly at every commit while its devices report, and is cut anew to the device', async () => {
    const job = await stoppedJob()
    const steps = [5, 100, -2, -5, 50]
    let seen = 0
    commits.each(async () => {
      seen += 1
      const { job: now } = await holdLaws(job)
      if (now.phase !== 'editing') return
      const n = (seen % 6) + 1
      if (seen % 2 === 0) await world.device(n).tell({ kind: 'inform', version: '2.0' })
      else await world.device(n).tell({ kind: 'progress', step: steps[seen % 5]!, text: '' })
      // one that waits is upgraded by other means: of the first and the last in the order of placing
      const by = seen % 3 === 0 ? 2 * seen + 1 : DEVICES + 1 - seen
      await world.device(by).arrive()
      await world.device(by).tell({ kind: 'inform', version: '2.0' })
      await holdLaws(job)
    })
    const waves = policy({ concurrency: 6, waves: WAVES })
    await update(job, { scope: HALF, policy: waves })
    await update(job, { scope: ALL, policy: waves })
    commits.each(async () => {})
    expect(seen).toBeGreaterThan(30)
    const whole = await expectWhole(job)
    expect(whole.counts).toMatchObject({ skipped: expect.toSatisfy((left: number) => left < 40) })
    expect(whole.counts.succeeded).toBeGreaterThan(20)
    expect(whole.counts.failed + whole.counts.succeeded).toBeGreaterThan(20)
  })

  test('lets nothing be done to it before it is whole, and dispatches nothing', async () => {
    const job = await stoppedJob({ policy: policy({ approval: false }) })
    const pushed = world.pushes.length
    const acts: JobAct[] = [
      'start',
      'stop',
      'end',
      'delete',
      'cancel',
      'retry',
      'edit',
      'resume',
      'advance',
      'withdraw',
    ]
    const refusal = { problem: { code: 'job_not_ready' } }
    const all = { all: true, status: 'init' } as const
    const { jobs } = world.engine
    const tries: Readonly<Record<JobAct, () => Promise<unknown>>> = {
      start: () => jobs.start(job, OPERATOR),
      stop: () => jobs.stop(job, OPERATOR),
      end: () => jobs.end(job, OPERATOR),
      delete: () => jobs.delete(job, OPERATOR),
      cancel: () => jobs.cancel(job, all, OPERATOR),
      retry: () => jobs.retry(job, all, OPERATOR),
      edit: () => update(job, { scope: ALL }),
      resume: () => jobs.resume(job, 'Go on', OPERATOR),
      advance: () => jobs.advance(job, OPERATOR),
      withdraw: () => jobs.withdraw(job, OPERATOR),
    }
    let refused = 0
    commits.each(async () => {
      if ((await view(job)).phase !== 'editing') return
      for (const act of acts) await expect(tries[act](), act).rejects.toMatchObject(refusal)
      await world.engine.jobs.stopAll(ORG, OPERATOR)
      refused += 1
    })
    const { version } = await view(job)
    expect(await update(job, { scope: HALF })).toMatchObject({ phase: 'ready', version: version + 1 })
    commits.each(async () => {})
    expect(refused).toBeGreaterThan(5)
    expect(world.pushes).toHaveLength(pushed)
    const lines = await world.db.read.selectFrom('log').selectAll().where('object_kind', '=', 'job').execute()
    const told = lines.toSorted((a, b) => (a.id < b.id ? -1 : 1)).map(({ action, actor_id: who }) => [action, who])
    expect(told.slice(-2)).toEqual([
      ['job.edited', OPERATOR.id],
      ['job.matched', OPERATOR.id],
    ])
  })

  test('an open list takes devices that come while it is edited, once, and each is in a wave', async () => {
    const growing = policy({ list: 'incremental', waves: WAVES })
    const job = await world.job(firmwareId, { start: false, scope: HALF, policy: growing })
    let joined = 0
    commits.each(async () => {
      if ((await view(job)).phase !== 'editing') return
      // from the end, so that some join before they are met and some are met before they join
      for (const n of [DEVICES - joined, 2 * joined + 2]) {
        await world.device(n).arrive()
        await world.device(n).tell({ kind: 'inform', version: '1.1' })
      }
      joined += 1
      await holdLaws(job)
    })
    await update(job, { scope: Scope.parse({ versions: ['1.0', '1.1'] }) })
    commits.each(async () => {})
    expect(joined).toBeGreaterThan(5)
    const { job: whole } = await holdLaws(job)
    expect(whole).toMatchObject({ phase: 'ready', counts: { init: DEVICES } })
    expect(whole.waveState.waves.reduce((sum, { size }) => sum + size, 0)).toBe(DEVICES)
  })

  test('goes on after the process died, wherever that was', async () => {
    const job = await stoppedJob()
    const edits = [
      { scope: HALF, policy: policy({ waves: WAVES }) },
      { scope: ALL, policy: policy({ waves: WAVES.slice(1) }) },
    ]
    let died = 0
    for (let isDead = true; isDead; died += 1) {
      commits.after(died + 1, commits.die)
      const edit = edits[died % 2]!
      isDead = await update(job, edit).then(
        () => false,
        () => true,
      )
      commits.live()
      commits.each(async () => {})
      await world.restart()
      const { counts, scope } = await expectWhole(job)
      expect(scope).toEqual(edit.scope)
      // of those under way half are in the smaller scope, and all go on
      expect(counts).toMatchObject(edit.scope === ALL ? { init: DEVICES - 6 } : { init: DEVICES / 2 - 3, published: 6 })
    }
    expect(died).toBeGreaterThan(12)
    world.warnings.length = 0
  })

  test('is cut for all that joined before it goes on, also where it had begun to place them', async () => {
    const late = Array.from({ length: 60 }, (_, i) => DEVICES - 7 * i)
    await world.db.transact((trx) =>
      trx.updateTable('devices').set({ reported_version: '0.9' }).where('id', 'in', late.map(deviceId)).execute(),
    )
    const scope = Scope.parse({ versions: ['1.0'] })
    const job = await world.job(firmwareId, { start: false, scope, policy: policy({ list: 'incremental' }) })
    commits.after(3, commits.die)
    const edit = update(job, { policy: policy({ list: 'incremental', waves: WAVES }) })
    await expect(edit).rejects.toThrow('The process died.')
    expect((await recordOf(job)).waveState).toMatchObject({ countedTo: deviceKey(500) })
    commits.live()
    for (const n of late) await world.device(n).tell({ kind: 'inform', version: '1.0' })
    await holdLaws(job)
    await world.restart()
    expect((await expectWhole(job)).counts).toMatchObject({ init: DEVICES })
    world.warnings.length = 0
  })

  test('tries again by itself after a failure', async () => {
    const job = await stoppedJob()
    commits.after(5, commits.die)
    await expect(update(job, { scope: HALF })).rejects.toThrow('The process died.')
    expect(world.warnings.splice(0)).toContain('an edit failed; it is tried again')
    expect(await view(job)).toMatchObject({ phase: 'editing', keyCount: DEVICES / 2 })
    commits.live()
    await world.advance(5_000)
    expect((await expectWhole(job)).counts).toMatchObject({ init: DEVICES / 2 - 3, skipped: DEVICES / 2 - 3 })
  })

  test('an edit that reaches nobody, or of what someone else changed first, changes nothing', async () => {
    const job = await world.job(firmwareId, { start: false })
    const before = await recordOf(job)
    const scope = Scope.parse({ versions: ['9.9'] })
    await expect(update(job, { scope })).rejects.toMatchObject({ problem: { code: 'no_devices' } })
    await expect(update(job, { scope: HALF, version: 7 })).rejects.toMatchObject({ problem: { code: 'stale' } })
    const listed = Scope.parse({ deviceListId: '00000000-0000-4000-8000-00000000dead' })
    await expect(update(job, { scope: listed })).rejects.toMatchObject({ problem: { status: 404 } })
    expect(await recordOf(job)).toEqual(before)
  })

  test('other devices in a verification never make it look lost', async () => {
    const verified = await addFirmware(world.db, { n: 2, version: '3.0', changes: needsVerification() })
    const scope = (n: number) => Scope.parse({ deviceKeys: [deviceKey(n)] })
    const job = await world.job(verified, { type: 'verify', scope: scope(1) })
    await world.engine.jobs.stop(job, OPERATOR)
    await update(job, { scope: scope(2) })
    expect((await tasksOf(job)).map((task) => [task.deviceId, task.facts.status])).toEqual([
      [deviceId(1), 'skipped'],
      [deviceId(2), 'init'],
    ])
    const lines = await world.db.read
      .selectFrom('log')
      .selectAll()
      .where('action', '=', 'firmware.verification')
      .execute()
    expect(lines.map(({ to_state: to }) => to)).toEqual(['verifying'])
  })
})
