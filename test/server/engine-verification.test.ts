import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { Policy } from '#contract/manage/policies.ts'

import { databases } from './support/databases.ts'
import { createWorld, OPERATOR, type World } from './support/engine.ts'
import { addFirmware, addFleet, deviceKey, needsVerification } from './support/rows.ts'

const keys = (...numbers: number[]) => ({ deviceKeys: numbers.map(deviceKey) })

/** The firmware of these stories asks for two devices on which it succeeds. */
describe.each(databases)('the verification of a firmware on %s', (database) => {
  let world: World
  let firmwareId: string
  beforeEach(async () => {
    world = await createWorld(database)
    await addFleet(world.db, 7)
    firmwareId = await addFirmware(world.db, { changes: needsVerification(2) })
    for (const n of [1, 2, 3, 4, 5]) await world.device(n).come()
  })
  afterEach(async () => {
    await world.dispose()
    expect(world.warnings).toEqual([])
  })

  const state = async () => (await world.store.read.firmware(firmwareId))?.verificationState
  const verify = (...numbers: number[]) =>
    world.job(firmwareId, { type: 'verify', name: 'Try', scope: keys(...numbers) })
  const succeeds = (n: number) => world.device(n).restart('2.0')
  /** Each change of the state that the log tells. */
  const told = async () => {
    const lines = world.db.read.selectFrom('log').selectAll().where('action', '=', 'firmware.verification')
    return (await lines.orderBy('id').execute()).map((line) => `${line.from_state} > ${line.to_state}`)
  }

  test('is reached by as many devices as the rule asks for, and by no fewer', async () => {
    expect(await state()).toBe('notVerified')
    await verify(1, 2, 3)
    expect(await state()).toBe('verifying')
    await succeeds(1)
    await world.device(2).progress(-3)
    expect(await state()).toBe('verifying')
    await succeeds(3)
    expect(await state()).toBe('verified')
    expect(await told()).toEqual(['notVerified > verifying', 'verifying > verified'])
  })

  test('is tried at once: neither the window nor the waves of its policy hold a device', async () => {
    const hour = (later: number) =>
      `${String((new Date(world.clock.now()).getUTCHours() + later) % 24).padStart(2, '0')}:00`
    const policy = Policy.parse({
      window: { from: hour(2), to: hour(4), zone: 'UTC' },
      waves: [{ upToPercent: 50, gate: { person: true } }, { upToPercent: 100 }],
    })
    const { jobId } = await world.job(firmwareId, { type: 'verify', name: 'Try', scope: keys(1, 2), policy })
    const [job] = await world.store.read.jobs([jobId])
    expect(job).toMatchObject({ policy: { window: null, waves: [] }, counts: { init: 0, published: 2 } })
  })

  test('has failed as soon as the devices that are left cannot reach it any more', async () => {
    await verify(1, 2)
    await world.device(1).progress(-3)
    expect(await state()).toBe('verificationFailed')
    await expect(world.job(firmwareId)).rejects.toMatchObject({ problem: { code: 'firmware_not_verified' } })
  })

  test('is not asked of fewer devices than have to succeed', async () => {
    await expect(verify(1)).rejects.toMatchObject({ problem: { code: 'too_few_devices' } })
    await expect(
      world.job(firmwareId, { type: 'verify', scope: { deviceKeys: [deviceKey(1), deviceKey(1)] } }),
    ).rejects.toMatchObject({ problem: { code: 'too_few_devices' } })
    expect(await state()).toBe('notVerified')
  })

  test('counts no device that ran the version before, and one whose success came late', async () => {
    await verify(1, 2, 3)
    await world.device(1).progress(-2)
    await succeeds(2)
    await world.device(3).progress(-2)
    expect(await state()).toBe('verificationFailed')
    await succeeds(3)
    expect(await state()).toBe('verified')

    const other = await addFirmware(world.db, { n: 2, version: '3.0', changes: needsVerification(1) })
    const job = await world.job(other, { type: 'verify', scope: keys(6) })
    await world.device(6).come('3.0')
    expect(await world.counts(job)).toMatchObject({ succeeded: 1 })
    expect((await world.store.read.firmware(other))?.verificationState).toBe('verificationFailed')
  })

  test('counts a success that comes while the device waits for its next attempt', async () => {
    const policy = Policy.parse({ timeoutSeconds: 300, retry: { attempts: 1, intervalSeconds: 3_600 } })
    await world.job(firmwareId, { type: 'verify', name: 'Try', scope: keys(1, 2), policy })
    await world.device(1).progress(-2)
    for (const n of [1, 2]) await succeeds(n)
    expect(await state()).toBe('verified')
  })

  test('that is ended before it is reached has failed', async () => {
    const job = await verify(1, 2)
    await succeeds(1)
    await world.engine.jobs.end(job, OPERATOR)
    expect(await state()).toBe('verificationFailed')
  })

  describe('once it is reached', () => {
    let reached: Awaited<ReturnType<typeof verify>>
    beforeEach(async () => {
      reached = await verify(1, 2)
      for (const n of [1, 2]) await succeeds(n)
    })

    test('stands while the firmware is verified again, and is taken away when that fails; no job is halted', async () => {
      const rollout = await world.job(firmwareId, { name: 'Night', scope: keys(3, 6) })
      await verify(4, 5)
      expect(await state()).toBe('verified')
      await world.device(4).progress(-4)
      expect(await state()).toBe('verificationFailed')
      expect((await world.engine.jobs.view(rollout)).state).toBe('started')
      const next = world.device(6)
      await next.come()
      expect(next.pushes()).toHaveLength(1)
      // what was stopped, and what is new, waits for a better verdict
      await world.engine.jobs.stop(rollout, OPERATOR)
      const refusal = { problem: { code: 'firmware_not_verified' } }
      await expect(world.engine.jobs.start(rollout, OPERATOR)).rejects.toMatchObject(refusal)
      await expect(world.job(firmwareId, { name: 'Next', scope: keys(5) })).rejects.toMatchObject(refusal)
    })

    test('stays when its job is deleted', async () => {
      await world.engine.jobs.delete(reached, OPERATOR)
      expect(await state()).toBe('verified')
    })
  })

  test('that was only awaited from a job is not awaited any more when the job is deleted', async () => {
    const job = await verify(6, 7)
    await world.engine.jobs.stop(job, OPERATOR)
    expect(await state()).toBe('verifying')
    await world.engine.jobs.delete(job, OPERATOR)
    expect(await state()).toBe('notVerified')
  })
})
