import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { databases } from './support/databases.ts'
import { createWorld, HOUR, MINUTE, type World } from './support/engine.ts'
import { addFirmware, addFleet } from './support/rows.ts'

describe.each(databases)('an upgrade on %s', (database) => {
  let world: World
  let firmwareId: string
  beforeEach(async () => {
    world = await createWorld(database)
    await addFleet(world.db, 3)
    firmwareId = await addFirmware(world.db)
  })
  afterEach(async () => {
    await world.dispose()
    expect(world.warnings).toEqual([])
  })

  test('a push is committed before it is sent, and carries all five fields and a link', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId)
    expect(device.pushes()).toHaveLength(1)
    const [push] = device.pushes()
    expect(await push!.status).toBe('published')
    expect(push!.command).toEqual({
      id: (await world.task(job, 1)).commandId,
      offer: {
        version: '2.0',
        signMethod: 'sha256',
        sign: 'a'.repeat(64),
        fileUrl: `https://ota.test/files/${firmwareId}/${job.jobId}.${device.deviceId}.1`,
        fileSize: 300_000,
      },
    })
    expect(push!.command.id).toMatch(/^[0-9a-f-]{36}$/)
    expect(await world.counts(job)).toMatchObject({ init: 2, published: 1 })
  })

  test('a device that downloads, installs, restarts and reports the target has succeeded', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId, { scope: { deviceKeys: [device.deviceKey] } })
    await device.progress(20, 'downloading')
    await device.progress(100, 'installed')
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'upgrading', installed: true, progress: 100 })
    await device.restart('2.0')
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'succeeded', proof: 'restarted', late: false })
    expect(await world.engine.jobs.view(job)).toMatchObject({ state: 'completed', counts: { succeeded: 1 } })
    expect(device.pushes()).toHaveLength(1)
  })

  test('an offline device gets the push when it next comes', async () => {
    const job = await world.job(firmwareId)
    expect(world.pushes).toEqual([])
    await world.advance(5 * HOUR)
    await world.device(2).come()
    expect((await world.task(job, 2)).facts.status).toBe('published')
    expect(world.pushes).toHaveLength(1)
  })

  test('a device that drops before it answers gets the same push again, at most five times', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId)
    for (let i = 0; i < 8; i += 1) await device.restart('1.0')
    const ids = device.pushes().map(({ command }) => command.id)
    expect(ids).toHaveLength(5)
    expect(new Set(ids).size).toBe(1)
    // the clock of the first push runs on
    await world.advance(2 * HOUR)
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'failed', failure: 'noAnswer' })
  })

  test('informing again in the same session is no reason to push again', async () => {
    const device = world.device(1)
    await device.come()
    await world.job(firmwareId)
    await device.inform('1.0')
    expect(device.pushes()).toHaveLength(1)
  })

  test('a device that dies before its restart is not a success', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId)
    await device.progress(100)
    await device.drop()
    await world.advance(2 * HOUR)
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'failed', failure: 'timedOut' })
  })

  test('one that says 100 and comes back with the old version fails as fallen back after 120 s', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId)
    await device.progress(100)
    await device.restart('1.0')
    await world.advance(119_000)
    expect((await world.task(job, 1)).facts.status).toBe('upgrading')
    await world.advance(1_000)
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'failed', failure: 'fellBack' })
  })

  test('one that comes back in mid-way and is silent for ten minutes is interrupted; one that goes on is not', async () => {
    const [silent, busy] = [world.device(1), world.device(2)]
    for (const device of [silent, busy]) await device.come()
    const job = await world.job(firmwareId)
    for (const device of [silent, busy]) await device.progress(40)
    for (const device of [silent, busy]) await device.restart('1.0')
    await world.advance(5 * MINUTE)
    await busy.progress(50)
    await world.advance(5 * MINUTE)
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'failed', failure: 'interrupted' })
    expect((await world.task(job, 2)).facts.status).toBe('upgrading')
  })

  test('a line that blips after 100 is no restart: the upgrade goes on, and the restart that follows proves it', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId, { scope: { deviceKeys: [device.deviceKey] } })
    await device.progress(100)
    // the connection breaks and comes back, and the device, still at work, says nothing
    await device.drop()
    await world.advance(5_000)
    await device.connect()
    await world.advance(HOUR)
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'upgrading', installed: true })
    const [why] = await world.engine.devices.why({ orgId: 'org-1', deviceId: device.deviceId }, job.jobId)
    expect(why?.verdict).toMatchObject({ gate: null, reason: 'Installed, waiting for restart.' })
    await device.restart('2.0')
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'succeeded', proof: 'restarted' })
  })

  test('a blip after which the device says its old version gives it two minutes, and one that needs more is late', async () => {
    const [quick, slow] = [world.device(1), world.device(2)]
    for (const device of [quick, slow]) await device.come()
    const job = await world.job(firmwareId)
    for (const device of [quick, slow]) {
      await device.progress(100)
      await device.restart('1.0')
    }
    await world.advance(90_000)
    await quick.restart('2.0')
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'succeeded', late: false })
    for (let half = 0; half < 4; half += 1) await world.advance(MINUTE / 2)
    expect((await world.task(job, 2)).facts).toMatchObject({ status: 'failed', failure: 'fellBack' })
    await slow.restart('2.0')
    expect((await world.task(job, 2)).facts).toMatchObject({ status: 'succeeded', late: true })
    expect(await world.counts(job)).toMatchObject({ succeeded: 2, failed: 0 })
  })

  test('another version than source or target is a failure that names it', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId)
    await device.restart('7.7')
    expect((await world.task(job, 1)).facts).toMatchObject({
      status: 'failed',
      failure: 'otherVersion',
      failureText: '7.7',
    })
  })

  test('the device’s own failure code and words are kept, and cut where they are too long', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId)
    await device.progress(-2, `no \0route ${'x'.repeat(600)}`)
    const { facts } = await world.task(job, 1)
    expect(facts).toMatchObject({ status: 'failed', failure: 'download' })
    expect(facts.failureText).toMatch(/^no route x+$/)
    expect(facts.failureText.length).toBeLessThanOrEqual(512)
    await device.inform('v'.repeat(100))
    expect((await world.store.read.devices([device.deviceId]))[0]!.reportedVersion).toBe('v'.repeat(64))
  })

  test('a refusal of the push fails the task; the answer to another command does not', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId)
    await device.report({ kind: 'upgradeReply', commandId: 'another', code: 500, message: '' })
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'published', strays: 1 })
    await device.report({
      kind: 'upgradeReply',
      commandId: device.pushes()[0]!.command.id,
      code: 1101,
      message: 'no handler',
    })
    expect((await world.task(job, 1)).facts).toMatchObject({
      status: 'failed',
      failure: 'pushNotTaken',
      failureText: 'no handler',
    })
  })

  test('a success that comes after the upgrade was given up is recorded as late', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId)
    await device.progress(60)
    await world.advance(3 * HOUR)
    expect((await world.task(job, 1)).facts.failure).toBe('timedOut')
    await device.restart('2.0')
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'succeeded', late: true })
    expect(await world.counts(job)).toMatchObject({ succeeded: 1, failed: 0 })
  })

  test('a device that runs the target already succeeds without an upgrade', async () => {
    const job = await world.job(firmwareId)
    await world.device(1).come('2.0')
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'succeeded', alreadyThere: true })
    expect(world.pushes).toEqual([])
  })

  test('a missing firmware file fails the task with that reason and sends nothing', async () => {
    world.missingFiles.add(firmwareId)
    await world.device(1).come()
    const job = await world.job(firmwareId)
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'failed', failure: 'fileMissing' })
    expect(world.pushes).toEqual([])
  })

  test('the same progress twice, and progress after the end, change nothing', async () => {
    const device = world.device(1)
    await device.come()
    const job = await world.job(firmwareId)
    await device.progress(30)
    const once = await world.task(job, 1)
    await device.progress(30)
    expect((await world.task(job, 1)).facts).toEqual(once.facts)
    await device.restart('2.0')
    await device.progress(40)
    expect((await world.task(job, 1)).facts).toMatchObject({ status: 'succeeded', strays: 1 })
  })
})
