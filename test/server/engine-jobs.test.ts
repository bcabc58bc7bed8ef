import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { JobCreate, Scope } from '#contract/manage/jobs.ts'

import { databases } from './support/databases.ts'
import { createWorld, HOUR, OPERATOR, policy, START, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceId, deviceKey, needsVerification, ORG } from './support/rows.ts'

const FIRST = { position: { at: 'first' }, limit: 50, order: 'asc' } as const

describe.each(databases)('jobs on %s', (database) => {
  let world: World
  let firmwareId: string
  beforeEach(async () => {
    world = await createWorld(database)
    await addFleet(world.db, 5)
    firmwareId = await addFirmware(world.db)
  })
  afterEach(async () => {
    await world.dispose()
    expect(world.warnings).toEqual([])
  })
  const create = (asked: object) =>
    world.engine.jobs.create(
      ORG,
      JobCreate.parse({ type: 'upgrade', firmwareId, name: 'Night', scope: {}, ...asked }),
      OPERATOR,
    )

  test('a preview counts what the job would take, and why others are left out', async () => {
    await world.device(1).come('2.0')
    await world.device(2).come('1.5')
    await world.device(3).come('1.0')
    const scope = Scope.parse({ versions: ['1.0'] })
    expect(await world.preview({ type: 'upgrade', firmwareId, scope, policy: policy({}) })).toEqual({
      matched: 3,
      excluded: expect.arrayContaining([
        { reason: 'atTarget', count: 1 },
        { reason: 'otherVersion', count: 1 },
      ]),
      byVersion: [{ version: '1.0', count: 3 }],
      byConnection: { online: 1, offline: 2 },
      overlapping: 0,
      warnings: [],
      // all three at once, and none may take longer than its timeout
      forecast: { earliest: new Date(START).toISOString(), latest: new Date(START + 2 * HOUR).toISOString() },
    })
    await create({ scope: { deviceKeys: [deviceKey(4)] } })
    const named = await world.preview({
      type: 'upgrade',
      firmwareId,
      scope: Scope.parse({ deviceKeys: [deviceKey(4), 'nobody'] }),
    })
    expect(named).toMatchObject({ matched: 1, overlapping: 1, excluded: [{ reason: 'unknownKey', count: 1 }] })
  })

  test('what the job takes is what the preview said', async () => {
    await world.device(1).come('2.0')
    const scope = Scope.parse({ deviceKeys: [1, 2, 3].map(deviceKey) })
    const { matched } = await world.preview({ type: 'upgrade', firmwareId, scope })
    expect(await create({ scope })).toMatchObject({ state: 'stopped', counts: { init: matched }, startedAt: null })
  })

  test('a job that reaches nobody is refused and leaves nothing behind', async () => {
    await expect(create({ scope: { versions: ['9.9'] } })).rejects.toMatchObject({
      problem: { status: 409, code: 'no_devices' },
    })
    expect((await world.engine.jobs.list(ORG, { sort: 'createdAt' }, FIRST)).items).toEqual([])
  })

  test('firmware and jobs of another organisation do not exist', async () => {
    const job = await create({})
    const notFound = { problem: { status: 404, enosCode: 24404 } }
    const { jobs, devices } = world.engine
    const foreign = { orgId: 'other', jobId: job.id }
    await expect(jobs.view(foreign)).rejects.toMatchObject(notFound)
    await expect(jobs.start(foreign, OPERATOR)).rejects.toMatchObject(notFound)
    await expect(jobs.cancel(foreign, { all: true, status: 'init' }, OPERATOR)).rejects.toMatchObject(notFound)
    await expect(jobs.tasks(foreign, {}, FIRST)).rejects.toMatchObject(notFound)
    await expect(jobs.timeline(foreign, FIRST)).rejects.toMatchObject(notFound)
    await expect(
      jobs.preview({ orgId: 'other', userId: OPERATOR.id }, { type: 'upgrade', firmwareId, scope: Scope.parse({}) }),
    ).rejects.toMatchObject(notFound)
    await expect(devices.history({ orgId: 'other', deviceId: deviceId(1) }, FIRST)).rejects.toMatchObject(notFound)
    await expect(devices.why({ orgId: 'other', deviceId: deviceId(1) }, undefined)).rejects.toMatchObject(notFound)
  })

  test('starting, stopping and deleting are refused in the words and numbers of the rules', async () => {
    const { jobs } = world.engine
    const of = { orgId: ORG, jobId: (await create({ start: true })).id }
    await expect(jobs.start(of, OPERATOR)).rejects.toMatchObject({ problem: { status: 409, enosCode: 24615 } })
    await expect(jobs.delete(of, OPERATOR)).rejects.toMatchObject({ problem: { enosCode: 24618 } })
    await jobs.stop(of, OPERATOR)
    await expect(jobs.stop(of, OPERATOR)).rejects.toMatchObject({ problem: { enosCode: 24616 } })
    await jobs.delete(of, OPERATOR)
    await expect(jobs.view(of)).rejects.toMatchObject({ problem: { status: 404 } })
    expect(await world.store.read.reportable([deviceId(1)])).toEqual([])
    // its log stays
    const { items } = await world.store.read.logPage({ jobId: of.jobId }, FIRST)
    expect(items.map(({ action }) => action)).toEqual(['job.created', 'job.started', 'job.stopped', 'job.deleted'])
  })

  test('ending skips what still waits, lets go on what is under way, and is the last word', async () => {
    await world.device(1).come()
    const of = await world.job(firmwareId)
    expect(await world.engine.jobs.end(of, OPERATOR)).toMatchObject({
      state: 'completed',
      counts: { skipped: 4, published: 1 },
    })
    expect((await world.task(of, 2)).facts).toMatchObject({ status: 'skipped', skipReason: 'jobEnded' })
    await world.device(1).restart('2.0')
    expect(await world.counts(of)).toMatchObject({ succeeded: 1, skipped: 4 })
    await expect(world.engine.jobs.end(of, OPERATOR)).rejects.toMatchObject({ problem: { code: 'job_over' } })
  })

  test('what a crash kept from being skipped is skipped at the next start', async () => {
    const of = await world.job(firmwareId)
    await world.db.transact((trx) => trx.updateTable('jobs').set({ state: 'completed', ended_at: 1 }).execute())
    await world.restart()
    expect(await world.counts(of)).toMatchObject({ init: 0, skipped: 5 })
  })

  test('waiting and pushed devices can be cancelled, and cancelled ones be sent round again', async () => {
    await world.device(1).come()
    const of = await world.job(firmwareId)
    const { jobs } = world.engine
    expect(await jobs.cancel(of, { deviceIds: [deviceId(1), deviceId(2)] }, OPERATOR)).toBe(2)
    await expect(jobs.cancel(of, { deviceIds: [deviceId(1)] }, OPERATOR)).rejects.toMatchObject({
      problem: { enosCode: 24620 },
    })
    await expect(jobs.retry(of, { all: true, status: 'init' }, OPERATOR)).rejects.toMatchObject({
      problem: { enosCode: 24621 },
    })
    expect(await jobs.cancel(of, { all: true, status: 'init' }, OPERATOR)).toBe(3)
    expect(await jobs.view(of)).toMatchObject({ state: 'completed', counts: { skipped: 5 } })
    expect(await jobs.retry(of, { deviceIds: [deviceId(3)] }, OPERATOR)).toBe(1)
    expect(await jobs.view(of)).toMatchObject({ state: 'started', counts: { skipped: 4, init: 1 }, endedAt: null })
  })

  test('an upgrade of unverified firmware can be drawn up and not be started', async () => {
    const unverified = await addFirmware(world.db, { n: 2, version: '3.0', changes: needsVerification() })
    await expect(create({ firmwareId: unverified, start: true })).rejects.toMatchObject({
      problem: { code: 'firmware_not_verified' },
    })
    const { id } = await create({ firmwareId: unverified })
    await expect(world.engine.jobs.start({ orgId: ORG, jobId: id }, OPERATOR)).rejects.toMatchObject({
      problem: { code: 'firmware_not_verified' },
    })
  })

  test('a verification job takes chosen devices only, and few', async () => {
    const verify = { type: 'verify', name: 'Try' }
    await expect(create(verify)).rejects.toMatchObject({ problem: { code: 'no_devices_chosen' } })
    const six = Array.from({ length: 6 }, (_, i) => deviceKey(i + 1))
    await expect(create({ ...verify, scope: { deviceKeys: six } })).rejects.toMatchObject({
      problem: { code: 'too_many_devices' },
    })
  })

  test('the firmware’s verification follows its newest verification job', async () => {
    const unverified = await addFirmware(world.db, { n: 2, version: '3.0', changes: needsVerification(2) })
    const stateNow = async () => (await world.store.read.firmware(unverified))?.verificationState
    for (const n of [1, 2]) await world.device(n).come()
    const scope = { deviceKeys: [1, 2].map(deviceKey) }
    const first = await world.job(unverified, { type: 'verify', scope, start: false })
    expect(await stateNow()).toBe('notVerified')
    await world.engine.jobs.start(first, OPERATOR)
    await world.engine.idle()
    expect(await stateNow()).toBe('verifying')
    await world.device(1).restart('3.0')
    await world.device(2).progress(-3)
    expect(await stateNow()).toBe('verificationFailed')
    await world.engine.jobs.retry(first, { all: true, status: 'failed' }, OPERATOR)
    await world.device(2).restart('1.0')
    await world.device(2).restart('3.0')
    expect(await stateNow()).toBe('verified')
    const { items } = await world.engine.jobs.timeline(first, { ...FIRST, order: 'desc' })
    expect(items[0]).toMatchObject({ action: 'firmware.verification', to: 'verified', from: 'verifying' })
  })

  test('the log tells what happened in its order, to the job and to the device', async () => {
    const device = world.device(1)
    await device.come('1.1')
    const of = await world.job(firmwareId, { scope: { deviceKeys: [device.deviceKey] } })
    await device.progress(10)
    await device.progress(50)
    await device.restart('2.0')
    const timeline = await world.engine.jobs.timeline(of, FIRST)
    expect(timeline.items.map(({ action }) => action)).toEqual(['job.created', 'job.started', 'job.completed'])
    expect(timeline.items[0]).toMatchObject({
      actor: { name: 'Olivia' },
      summary: 'Job “Night” created.',
      jobId: of.jobId,
    })
    const history = await world.engine.devices.history(
      { orgId: ORG, deviceId: device.deviceId },
      { ...FIRST, order: 'desc' },
    )
    expect(history.items.map(({ action, from, to }) => [action, from, to])).toEqual([
      ['task.succeeded', 'upgrading', 'succeeded'],
      ['device.reported', '1.1', '2.0'],
      ['task.upgrading', 'published', 'upgrading'],
      ['task.published', 'init', 'published'],
      ['device.reported', '1.0', '1.1'],
    ])
  })

  test('tasks are paged by key in both directions, from both ends, by state and by prefix', async () => {
    const of = await world.job(firmwareId, { policy: policy({ concurrency: 1 }) })
    const { jobs } = world.engine
    const keys = (page: Awaited<ReturnType<typeof jobs.tasks>>) =>
      page.items.map((task) => Number(task.deviceKey.slice(4)))
    const page = (position: Parameters<typeof jobs.tasks>[2]['position'], filter = {}) =>
      jobs.tasks(of, filter, { position, limit: 2, order: 'asc' })
    const first = await page({ at: 'first' })
    expect([keys(first), first.hasPrev, first.hasNext, first.total]).toEqual([[1, 2], false, true, 5])
    const second = await page({ at: 'after', key: [deviceKey(2)] })
    expect([keys(second), second.hasPrev, second.hasNext]).toEqual([[3, 4], true, true])
    const last = await page({ at: 'last' })
    expect([keys(last), last.hasPrev, last.hasNext]).toEqual([[4, 5], true, false])
    const back = await page({ at: 'before', key: [deviceKey(3)] })
    expect([keys(back), back.hasPrev, back.hasNext]).toEqual([[1, 2], false, true])
    expect(keys(await page({ at: 'first' }, { q: deviceKey(4) }))).toEqual([4])
    expect((await page({ at: 'first' }, { status: 'failed' })).items).toEqual([])
    const descending = await jobs.tasks(of, { q: 'fan-' }, { position: { at: 'first' }, limit: 2, order: 'desc' })
    expect([keys(descending), descending.total]).toEqual([[5, 4], null])
  })

  test('jobs are listed newest first or by name, filtered and counted', async () => {
    for (const name of ['Beta', 'Alpha', 'Alps']) {
      await create({ name })
      await world.advance(1_000)
    }
    const names = async (filter: object, order: 'asc' | 'desc') => {
      const page = await world.engine.jobs.list(
        ORG,
        { sort: 'createdAt', ...filter },
        { position: { at: 'first' }, limit: 50, order },
      )
      return [page.items.map(({ name }) => name), page.total]
    }
    expect(await names({}, 'desc')).toEqual([['Alps', 'Alpha', 'Beta'], 3])
    expect(await names({ sort: 'name' }, 'asc')).toEqual([['Alpha', 'Alps', 'Beta'], 3])
    expect(await names({ q: 'Al' }, 'asc')).toEqual([['Alpha', 'Alps'], 2])
    expect(await names({ state: 'started' }, 'asc')).toEqual([[], 0])
  })

  test('a download is granted for the open attempt only', async () => {
    const device = world.device(1)
    await device.come()
    const of = await world.job(firmwareId)
    const grant = {
      firmwareId,
      jobId: of.jobId,
      deviceId: device.deviceId,
      attempt: 1,
      expiresAt: world.clock.now() + 1_000,
    }
    const { downloads } = world.engine
    expect(await downloads.decide(grant)).toMatchObject({
      ok: true,
      sizeBytes: 300_000,
      sha256: 'a'.repeat(64),
      fileName: 'fan.bin',
    })
    expect(await downloads.decide(undefined)).toEqual({ ok: false, reason: 'forged' })
    expect(await downloads.decide({ ...grant, attempt: 2 })).toEqual({ ok: false, reason: 'taskClosed' })
    expect(await downloads.decide({ ...grant, deviceId: deviceId(2) })).toEqual({ ok: false, reason: 'taskClosed' })
    await world.db.transact((trx) => trx.updateTable('firmware').set({ deleted_at: 1 }).execute())
    expect(await downloads.decide(grant)).toEqual({ ok: false, reason: 'deleted' })
    await world.advance(1_000)
    expect(await downloads.decide(grant)).toEqual({ ok: false, reason: 'expired' })
  })
})
