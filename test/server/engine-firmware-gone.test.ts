import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { Problem } from '#contract/endpoint.ts'
import { FirmwareDeletePreview } from '#contract/manage/firmware-facts.ts'
import { Job, JobDetail } from '#contract/manage/jobs.ts'
import type { DeviceReport } from '#server/ports.ts'

import { startHarness, type Harness } from './harness.ts'
import { deviceRow, makeThings, type Things } from './manage-world.ts'
import { databases } from './support/databases.ts'

/** Somebody wants to delete the firmware: what happens then, in each stage of the job that uses it. */
describe.each(databases)('firmware that is deleted, on %s', (database) => {
  let harness: Harness
  let things: Things
  let jobId: string
  const session = { id: 'session', startedAt: 0 }
  beforeEach(async () => {
    harness = await startHarness({ database })
    things = await makeThings(harness)
    await harness.send('operator', { method: 'DELETE', url: `/api/orgs/${things.org}/jobs/${things.jobId}` })
    await harness.service.engine.start()
    jobId = await make()
  })
  afterEach(() => harness.close())

  async function make(policy: object = {}): Promise<string> {
    const payload = {
      type: 'upgrade',
      firmwareId: things.firmwareId,
      name: 'To two',
      scope: {},
      policy: { method: 'request', ...policy },
    }
    const made = await harness.send('operator', { method: 'POST', url: `/api/orgs/${things.org}/jobs`, payload })
    return Job.parse(made.json()).id
  }

  const act = (verb: string, payload?: object) =>
    harness.send('operator', {
      method: 'POST',
      url: `/api/orgs/${things.org}/jobs/${jobId}/${verb}`,
      ...(payload && { payload }),
    })
  const device = () => ({
    deviceId: things.deviceId,
    orgId: things.orgId,
    productKey: things.productKey,
    deviceKey: 'device',
  })
  const says = (report: DeviceReport) => harness.service.engine.intake.report(device(), session, report)
  const erase = async () => {
    const url = `/api/orgs/${things.org}/firmware/${things.firmwareId}`
    const answer = await harness.send('operator', { method: 'DELETE', url })
    return answer.statusCode === 204 ? 'deleted' : Problem.parse(answer.json())
  }
  const why = async () => {
    const url = `/api/orgs/${things.org}/devices/${things.deviceId}/why?job=${jobId}`
    return (await harness.send('viewer', { url })).json<{ items: { verdict: { reason: string } }[] }>().items[0]
  }
  /** The device asks and is offered the firmware; answers the path under which it would fetch it. */
  async function offered(): Promise<string> {
    await harness.service.engine.intake.opened(device(), session)
    const { offer } = await says({ kind: 'getversion' })
    return new URL(offer?.fileUrl ?? '').pathname
  }
  const inUse = { status: 409, code: 'firmware_in_use', enosCode: 24604 }

  /** What whoever is about to delete it is shown. */
  const shown = async () => {
    const url = `/api/orgs/${things.org}/firmware/${things.firmwareId}/delete-preview`
    return FirmwareDeletePreview.parse((await harness.send('viewer', { url })).json())
  }

  test('is kept while a job uses it that is stopped, started, or stopped with a device under way', async () => {
    expect(await erase()).toMatchObject(inUse)
    await act('start')
    expect(await erase()).toMatchObject(inUse)
    const path = await offered()
    await says({ kind: 'progress', step: 20, text: '' })
    expect(await erase()).toMatchObject(inUse)
    await act('stop')
    expect(await erase()).toMatchObject(inUse)
    // refused, nothing has changed: the device goes on downloading
    expect((await harness.send(null, { url: path })).statusCode).toBe(200)
  })

  test('is kept while a job waits for its approval, and while it is halted; whoever looks is shown which', async () => {
    await act('end')
    jobId = await make({ approval: true })
    await act('start')
    expect(await erase()).toMatchObject(inUse)
    expect(await shown()).toMatchObject({
      refusal: { code: inUse.code },
      unfinished: [{ id: jobId, state: 'awaitingApproval' }],
      unfinishedCount: 1,
      finishedCount: 1,
    })
    await act('withdraw')
    await act('end')
    // a job whose last device has failed is over and not halted
    await harness.db.transact((trx) =>
      trx
        .insertInto('devices')
        .values(deviceRow(things.orgId, things.productKey, 'waiting'))
        .execute(),
    )
    jobId = await make({ halt: { failurePercent: null, failureCount: 1 } })
    await act('start')
    const path = await offered()
    await says({ kind: 'progress', step: -4, text: 'worn out' })
    expect((await shown()).unfinished).toMatchObject([{ id: jobId, state: 'halted', counts: { failed: 1 } }])
    expect(await erase()).toMatchObject(inUse)
    expect((await harness.send(null, { url: path })).statusCode).toBe(403)
    await act('end')
    expect(await shown()).toMatchObject({ refusal: null, unfinished: [], finishedCount: 3, tasks: { failed: 1 } })
    expect(await erase()).toBe('deleted')
    expect((await why())?.verdict.reason).toBe('The device could not write the firmware. It said: worn out')
  })

  test('that no job uses any more goes at once', async () => {
    await act('end')
    expect(await shown()).toMatchObject({ refusal: null, unfinishedCount: 0, finishedCount: 1 })
    await harness.send('operator', { method: 'DELETE', url: `/api/orgs/${things.org}/jobs/${jobId}` })
    expect(await shown()).toMatchObject({ refusal: null, finishedCount: 0, sizeBytes: 4096 })
    expect(await erase()).toBe('deleted')
    expect((await harness.send('viewer', { url: `/api/orgs/${things.org}/jobs` })).json<{ items: [] }>().items).toEqual(
      [],
    )
  })

  test('goes when its job was ended, and a device that was under way is told so and fails by itself', async () => {
    await act('start')
    const path = await offered()
    await says({ kind: 'progress', step: 20, text: '' })
    await act('end')
    expect(await erase()).toBe('deleted')
    const answer = await harness.send(null, { url: path })
    expect([answer.statusCode, Problem.parse(answer.json()).code]).toEqual([410, 'firmware_deleted'])
    await says({ kind: 'progress', step: -2, text: 'gone' })
    expect((await why())?.verdict.reason).toBe('The device could not download the firmware. It said: gone')
    const retried = await act('tasks/retry', { all: true, status: 'failed' })
    expect(Problem.parse(retried.json())).toMatchObject({
      code: 'firmware_deleted',
      title: 'The firmware of this job has been deleted.',
    })
  })

  test('is not pushed again to a device that was silent when its job was ended: that ends as what it is', async () => {
    await act('end')
    jobId = await make({ method: 'push' })
    await harness.service.engine.intake.opened(device(), session)
    await says({ kind: 'inform', version: '1.0.0' })
    await act('start')
    await harness.service.engine.idle()
    await act('end')
    expect(await erase()).toBe('deleted')
    const later = { id: 'later', startedAt: harness.clock.now() }
    await harness.service.engine.intake.opened(device(), later)
    await harness.service.engine.intake.report(device(), later, { kind: 'inform', version: '1.0.0' })
    expect((await why())?.verdict.reason).toBe('The firmware file is missing.')
  })

  test('leaves what was reached as it is: the device that has it succeeds, and its version stays taken', async () => {
    await act('start')
    await offered()
    await says({ kind: 'progress', step: 100, text: '' })
    await act('end')
    expect(await erase()).toBe('deleted')
    await says({ kind: 'inform', version: '2.0.0' })
    expect((await why())?.verdict.reason).toBe('The device reported the new version.')
    const job = await harness.send('viewer', { url: `/api/orgs/${things.org}/jobs/${jobId}` })
    expect(JobDetail.parse(job.json())).toMatchObject({ firmware: { deleted: true }, counts: { succeeded: 1 } })
    const started = await act('start')
    expect(Problem.parse(started.json()).code).toBe('job_over')
  })
})
