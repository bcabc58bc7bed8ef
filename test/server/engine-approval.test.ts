import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { JobUpdate, Scope } from '#contract/manage/jobs.ts'
import type { Actor } from '#server/ports.ts'
import type { z } from 'zod'

import { databases } from './support/databases.ts'
import { createWorld, OPERATOR, policy, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceId, deviceKey } from './support/rows.ts'

const APPROVER: Actor = { kind: 'user', id: 'user-2', name: 'Amin', address: '10.0.0.2' }

describe.each(databases)('approval and edits on %s', (database) => {
  let world: World
  let firmwareId: string
  type Of = { orgId: string; jobId: string }
  const stateOf = (job: Of) => world.engine.jobs.view(job)
  const update = async (job: Of, change: Partial<z.input<typeof JobUpdate>>) => {
    const { version } = await stateOf(job)
    return world.engine.jobs.update(job, JobUpdate.parse({ version, ...change }), OPERATOR)
  }
  const statuses = async ({ jobId }: Of) => {
    const rows = await world.db.read.selectFrom('tasks').selectAll().where('job_id', '=', jobId).execute()
    return new Map(rows.map((row) => [row.device_id, `${row.status} ${row.skip_reason ?? ''}`.trim()]))
  }
  const keys = (...numbers: number[]) => Scope.parse({ deviceKeys: numbers.map(deviceKey) })
  beforeEach(async () => {
    world = await createWorld(database)
    await addFleet(world.db, 12)
    firmwareId = await addFirmware(world.db)
    await world.device(1).come()
  })
  afterEach(async () => {
    await world.dispose()
    expect(world.warnings).toEqual([])
  })

  test('a second person approves the start; until then nothing goes, and who asked cannot', async () => {
    const job = await world.job(firmwareId, { policy: policy({ approval: true }) })
    expect(await stateOf(job)).toMatchObject({
      state: 'awaitingApproval',
      approvalAskedBy: { id: OPERATOR.id, name: 'Olivia' },
      startedAt: null,
    })
    const [why] = await world.engine.devices.why({ orgId: 'org-1', deviceId: deviceId(1) }, job.jobId)
    expect(why?.verdict).toMatchObject({ gate: 'approved' })
    await expect(world.engine.jobs.approve(job, OPERATOR)).rejects.toMatchObject({ problem: { code: 'own_request' } })
    await expect(world.engine.jobs.reject(job, OPERATOR)).rejects.toMatchObject({ problem: { code: 'own_request' } })
    expect(world.pushes).toEqual([])
    expect(await world.engine.jobs.approve(job, APPROVER)).toMatchObject({ state: 'started', approvalAskedBy: null })
    await world.engine.idle()
    expect(world.pushes).toHaveLength(1)
    const log = await world.db.read
      .selectFrom('log')
      .selectAll()
      .where('object_kind', '=', 'job')
      .orderBy('id')
      .execute()
    expect(log.map(({ action, actor_id, to_state }) => [action, actor_id, to_state])).toEqual([
      ['job.created', OPERATOR.id, 'stopped'],
      ['job.startAsked', OPERATOR.id, 'awaitingApproval'],
      ['job.approved', APPROVER.id, 'started'],
    ])
  })

  test('rejected, withdrawn or edited, the job is given back, and the next start asks again', async () => {
    const job = await world.job(firmwareId, { policy: policy({ approval: true }) })
    const asksAgain = async () => {
      expect(await stateOf(job)).toMatchObject({ state: 'stopped', approvalAskedBy: null })
      expect(await world.engine.jobs.start(job, OPERATOR)).toMatchObject({ state: 'awaitingApproval' })
    }
    await world.engine.jobs.reject(job, APPROVER)
    await asksAgain()
    await world.engine.jobs.withdraw(job, OPERATOR)
    await asksAgain()
    await update(job, { policy: policy({ approval: true, concurrency: 1 }) })
    await asksAgain()
    // without the rule nobody has to be asked, but an edit is needed for that, and it voids what was asked
    await update(job, { policy: policy({}) })
    expect(await world.engine.jobs.start(job, OPERATOR)).toMatchObject({ state: 'started' })
    await expect(world.engine.jobs.approve(job, APPROVER)).rejects.toMatchObject({
      problem: { code: 'not_awaiting_approval' },
    })
  })

  test('firmware whose verification has failed since is not approved', async () => {
    const job = await world.job(firmwareId, { policy: policy({ approval: true }) })
    await world.db.transact((trx) =>
      trx
        .updateTable('firmware')
        .set({ verification_state: 'verificationFailed' })
        .where('id', '=', firmwareId)
        .execute(),
    )
    await expect(world.engine.jobs.approve(job, APPROVER)).rejects.toMatchObject({
      problem: { code: 'firmware_not_verified' },
    })
    expect(await stateOf(job)).toMatchObject({ state: 'awaitingApproval' })
  })

  test('a new scope is matched again: who falls out is skipped, who came in joins, all others stay', async () => {
    for (let n = 2; n <= 4; n += 1) await world.device(n).come()
    const job = await world.job(firmwareId, { scope: keys(1, 2, 3, 4, 5), policy: policy({ concurrency: 2 }) })
    await expect(update(job, {})).rejects.toMatchObject({ problem: { code: 'job_running' } })
    await world.engine.jobs.stop(job, OPERATOR)
    expect(await update(job, { scope: keys(1, 5, 6, 7) })).toMatchObject({
      state: 'stopped',
      counts: { init: 3, published: 2, skipped: 2 },
      keyCount: 4,
    })
    // the keys themselves stand where the one job is asked for
    expect((await world.engine.jobs.view(job)).scope.deviceKeys).toEqual([1, 5, 6, 7].map(deviceKey))
    const after = await statuses(job)
    expect([...after.values()].toSorted()).toEqual([
      'init',
      'init',
      'init',
      'published',
      'published',
      'skipped noLongerMatches',
      'skipped noLongerMatches',
    ])
    expect([5, 6, 7].map((n) => after.get(deviceId(n)))).toEqual(['init', 'init', 'init'])
    await world.engine.jobs.start(job, OPERATOR)
    for (const push of world.pushes.slice(0, 2))
      await world.device(Number(push.device.deviceKey.slice(4))).restart('2.0')
    await world.device(6).come()
    expect((await statuses(job)).get(deviceId(6))).toBe('published')
  })

  test('a device that an edit left out comes back with the next that matches it, one that a person cancelled does not', async () => {
    const job = await world.job(firmwareId, { scope: keys(2, 3, 4), start: false })
    await world.engine.jobs.cancel(job, { deviceIds: [deviceId(4)] }, OPERATOR)
    expect(await update(job, { scope: keys(2) })).toMatchObject({ counts: { init: 1, skipped: 2 } })
    await world.device(3).come('1.5')
    expect(await update(job, { scope: keys(2, 3, 4) })).toMatchObject({ counts: { init: 2, skipped: 1 } })
    expect((await statuses(job)).get(deviceId(4))).toBe('skipped cancelled')
    expect((await world.task(job, 3)).facts).toMatchObject({ status: 'init', skipReason: null, sourceVersion: '1.5' })
    await world.engine.jobs.start(job, OPERATOR)
    await world.engine.idle()
    await world.device(3).restart('2.0')
    expect((await statuses(job)).get(deviceId(3))).toBe('succeeded')
  })

  test('an edit of what someone else changed first is refused, and one that reaches nobody leaves all as it was', async () => {
    const job = await world.job(firmwareId, { scope: keys(2, 3), start: false })
    await expect(update(job, { version: 7 })).rejects.toMatchObject({ problem: { code: 'stale' } })
    await expect(update(job, { scope: Scope.parse({ versions: ['9.9'] }) })).rejects.toMatchObject({
      problem: { code: 'no_devices' },
    })
    expect(await stateOf(job)).toMatchObject({ version: 1, counts: { init: 2, skipped: 0 }, scope: keys(2, 3) })
    expect([...(await statuses(job)).values()]).toEqual(['init', 'init'])
  })

  test('another policy holds from the next start on, and its waves are cut anew', async () => {
    for (let n = 2; n <= 12; n += 1) await world.device(n).come()
    const job = await world.job(firmwareId, { policy: policy({ concurrency: 3 }) })
    await world.engine.jobs.stop(job, OPERATOR)
    for (const { device } of world.pushes.slice(0, 3))
      await world.device(Number(device.deviceKey.slice(4))).restart('2.0')
    const waves = [{ upToPercent: 50, gate: { finalPercent: 100 } }, { upToPercent: 100 }]
    const { waves: cut } = await update(job, { policy: policy({ waves }) })
    expect(cut.map(({ size }) => size)).toEqual([6, 6])
    expect(cut.reduce((sum, { succeeded }) => sum + succeeded, 0)).toBe(3)
    await world.engine.jobs.start(job, OPERATOR)
    await world.engine.idle()
    expect(await world.counts(job)).toMatchObject({ succeeded: 3, published: 6 - cut[0]!.succeeded })
  })

  test('devices are taken over from jobs that still wait for them, and only those', async () => {
    const older = await world.job(firmwareId, { scope: keys(1, 2, 3) })
    const other = await addFirmware(world.db, { n: 2, version: '3.0' })
    await world.job(other, { scope: keys(1, 2), supersede: true })
    expect(await statuses(older)).toEqual(
      new Map([
        [deviceId(1), 'published'],
        [deviceId(2), 'skipped superseded'],
        [deviceId(3), 'init'],
      ]),
    )
    await world.device(1).restart('2.0')
    await world.job(other, { scope: keys(3), supersede: true })
    expect(await stateOf(older)).toMatchObject({ state: 'completed', counts: { succeeded: 1, skipped: 2 } })
  })
})
