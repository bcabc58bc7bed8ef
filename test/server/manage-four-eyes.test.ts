import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { Problem } from '#contract/endpoint.ts'
import { Job, JobDetail } from '#contract/manage/jobs.ts'

import { startHarness, type Harness, type Who } from './harness.ts'
import { makeThings, type Things } from './manage-world.ts'
import { databases } from './support/databases.ts'

/** An operator asks, an approver approves; an admin may do both and still not both to the same start. */
describe.each(databases)('four eyes over HTTP, on %s', (database) => {
  let harness: Harness
  let things: Things
  let jobId: string
  beforeEach(async () => {
    harness = await startHarness({ database })
    things = await makeThings(harness)
    const payload = {
      type: 'upgrade',
      firmwareId: things.firmwareId,
      name: 'Needs two',
      scope: {},
      policy: { approval: true },
    }
    const made = await harness.send('operator', { method: 'POST', url: `/api/orgs/${things.org}/jobs`, payload })
    jobId = Job.parse(made.json()).id
  })
  afterEach(() => harness.close())

  const act = async (who: Who, verb: string) => {
    const answer = await harness.send(who, { method: 'POST', url: `/api/orgs/${things.org}/jobs/${jobId}/${verb}` })
    const told: unknown = answer.json()
    return answer.statusCode === 200 ? Job.parse(told).state : Problem.parse(told).code
  }
  const view = async () =>
    JobDetail.parse((await harness.send('viewer', { url: `/api/orgs/${things.org}/jobs/${jobId}` })).json())
  const edit = async (who: Who, change: object) => {
    const payload = { ...change, version: (await view()).version }
    const answer = await harness.send(who, { method: 'PATCH', url: `/api/orgs/${things.org}/jobs/${jobId}`, payload })
    return Job.parse(answer.json()).state
  }

  test('the start is asked for by one person and approved by another', async () => {
    expect(await act('operator', 'start')).toBe('awaitingApproval')
    expect(await view()).toMatchObject({ approvalAskedBy: { name: 'operator' }, startedAt: null })
    expect(await act('viewer', 'approve')).toBe('forbidden')
    expect(await act('operator', 'approve')).toBe('forbidden')
    expect(await act('neighbour', 'approve')).toBe('not_found')
    expect(await act('approver', 'approve')).toBe('started')
    expect(await act('approver', 'approve')).toBe('not_awaiting_approval')
  })

  test('who may both ask and approve cannot do both, in whatever order they try', async () => {
    expect(await act('admin', 'start')).toBe('awaitingApproval')
    expect(await act('admin', 'approve')).toBe('own_request')
    expect(await act('admin', 'reject')).toBe('own_request')
    expect(await act('admin', 'start')).toBe('job_over')
    expect((await view()).state).toBe('awaitingApproval')
    // taken back and asked for by someone else, it is theirs to approve
    expect(await act('admin', 'withdraw')).toBe('stopped')
    expect(await act('operator', 'start')).toBe('awaitingApproval')
    expect(await act('admin', 'approve')).toBe('started')
  })

  test.each([
    ['scope', { scope: { versions: ['1.0.0'] } }],
    ['policy', { policy: { approval: true, concurrency: 1 } }],
    ['policy, so that nobody would have to approve', { policy: { approval: false } }],
  ])('an edit of its %s takes the request back, whoever edits', async (_what, change) => {
    expect(await act('operator', 'start')).toBe('awaitingApproval')
    expect(await edit('admin', change)).toBe('stopped')
    expect(await view()).toMatchObject({ approvalAskedBy: null, startedAt: null })
    expect(await act('approver', 'approve')).toBe('not_awaiting_approval')
  })

  test('what was approved once is asked for again at the next start', async () => {
    await act('operator', 'start')
    expect(await act('approver', 'approve')).toBe('started')
    expect(await act('operator', 'stop')).toBe('stopped')
    expect(await act('operator', 'start')).toBe('awaitingApproval')
    expect(await act('approver', 'reject')).toBe('stopped')
  })

  test('the log says who asked and who approved', async () => {
    await act('operator', 'start')
    await act('approver', 'approve')
    const { items } = (await harness.send('viewer', { url: `/api/orgs/${things.org}/jobs/${jobId}/timeline` })).json<{
      items: { action: string; actor: { name: string } }[]
    }>()
    expect(items.map(({ action, actor }) => `${action} ${actor.name}`)).toEqual([
      'job.approved approver',
      'job.startAsked operator',
      'job.created operator',
    ])
  })
})
