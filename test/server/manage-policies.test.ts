import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Job } from '#contract/manage/jobs.ts'
import type { SavedPolicy } from '#contract/manage/policies.ts'

import { ORG, startHarness, type Harness } from './harness.ts'
import { makeThings } from './manage-world.ts'
import { databases } from './support/databases.ts'

const BASE = `/api/orgs/${ORG}/policies`

describe.each(databases)('policies on %s', (database) => {
  let harness: Harness
  beforeAll(async () => {
    harness = await startHarness({ database })
  })
  afterAll(() => harness.close())

  async function create(name: string, policy: object = {}): Promise<SavedPolicy> {
    const answer = await harness.send('operator', { method: 'POST', url: BASE, payload: { name, policy } })
    return answer.json()
  }
  const put = (id: string, payload: object) =>
    harness.send('operator', { method: 'PUT', url: `${BASE}/${id}`, payload })
  const lines = (id: string) =>
    harness.db.read.selectFrom('log').selectAll().where('object_id', '=', id).orderBy('id').execute()

  test('of two who edit at once the first is kept and the second told', async () => {
    const { id } = await create('Contested')
    const answers = await Promise.all(
      ['one', 'two'].map((description) => put(id, { name: 'Contested', description, policy: {}, version: 1 })),
    )
    expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([200, 409])
    expect(answers.find(({ statusCode }) => statusCode === 409)?.json()).toMatchObject({ code: 'stale' })
  })

  test('of two who take a name at once one gets it', async () => {
    const payload = { name: 'Wanted', policy: {} }
    const ask = () => harness.send('operator', { method: 'POST', url: BASE, payload })
    const answers = await Promise.all([ask(), ask()])
    expect(answers.map(({ statusCode }) => statusCode).toSorted((a, b) => a - b)).toEqual([201, 409])
  })

  test('the log keeps what it was before and after, and outlives it', async () => {
    const { id } = await create('Remembered', { concurrency: 5 })
    await put(id, { name: 'Renamed', policy: { concurrency: 6 }, version: 1 })
    await harness.send('operator', { method: 'DELETE', url: `${BASE}/${id}` })
    const told = (await lines(id)).map(({ action, data }) => [action, JSON.parse(data) as Record<string, unknown>])
    expect(told).toMatchObject([
      ['policy.created', { after: { policy: { concurrency: 5 } } }],
      [
        'policy.updated',
        {
          before: { name: 'Remembered', policy: { concurrency: 5 } },
          after: { name: 'Renamed', policy: { concurrency: 6 } },
        },
      ],
      ['policy.deleted', { before: { name: 'Renamed' } }],
    ])
  })

  test('a job keeps the policy that it took, whatever becomes of the policy', async () => {
    const { firmwareId } = await makeThings(harness)
    const { id } = await create('Taken', { halt: null, concurrency: 7 })
    const payload = { type: 'upgrade', firmwareId, name: 'by policy', scope: {}, policyId: id }
    const job: Job = (await harness.send('operator', { method: 'POST', url: `/api/orgs/${ORG}/jobs`, payload })).json()
    const now = async (): Promise<Job> =>
      (await harness.send('operator', { method: 'GET', url: `/api/orgs/${ORG}/jobs/${job.id}` })).json()
    expect(await now()).toMatchObject({ policyId: id, policy: { concurrency: 7 } })
    await put(id, { name: 'Taken', policy: { concurrency: 1 }, version: 1 })
    expect(await now()).toMatchObject({ policyId: id, policy: { concurrency: 7 } })
    await harness.send('operator', { method: 'DELETE', url: `${BASE}/${id}` })
    expect(await now()).toMatchObject({ policyId: null, policy: { concurrency: 7 } })
  })

  test('a policy of another organisation is neither seen nor taken', async () => {
    const foreign = await makeThings(harness, 'nea')
    const own = await makeThings(harness)
    const view = await harness.send('operator', { method: 'GET', url: `${BASE}/${foreign.policyId}` })
    expect(view.statusCode).toBe(404)
    const payload = { type: 'upgrade', firmwareId: own.firmwareId, name: 'x', scope: {}, policyId: foreign.policyId }
    const made = await harness.send('operator', { method: 'POST', url: `/api/orgs/${ORG}/jobs`, payload })
    expect(made.json()).toMatchObject({ status: 404, title: 'Policy does not exist.' })
  })
})
