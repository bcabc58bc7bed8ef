import type { InjectOptions } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

import type { Endpoint } from '#contract/endpoint.ts'
import { endpoints } from '#contract/index.ts'
import { RIGHTS } from '#contract/rights.ts'

import { addressOf, isRead, ROWS, verdictOn, WITH_THING, type Row } from '../support/rights-matrix.ts'
import { EVERYONE, ORG, OTHER_ORG, startHarness, type Harness, type Who } from './harness.ts'
import { makeThings, type Things } from './manage-world.ts'
import { databases } from './support/databases.ts'

/** Open to everyone, and refuses what its row says: a wrong password, a forged link, no device's session. */
const REFUSES_ITSELF = new Set(['session.signIn', 'service.download', 'deviceHttp.download', 'deviceHttp.downloadUrl'])

test('every endpoint of the contract has a row in the matrix, and every row an endpoint', () => {
  expect(Object.keys(ROWS).toSorted()).toEqual([...endpoints.keys()].toSorted())
})

describe.each(databases)('the role matrix on %s', (database) => {
  let harness: Harness
  /** What is only read, by organisation. */
  let kept: Readonly<Record<typeof ORG | typeof OTHER_ORG, Things>>
  beforeAll(async () => {
    harness = await startHarness({ database })
    kept = { [ORG]: await makeThings(harness, ORG), [OTHER_ORG]: await makeThings(harness, OTHER_ORG) }
  })
  afterAll(() => harness.close())

  /** Made afresh where the endpoint could change them. */
  const thingsFor = async (endpoint: Endpoint, org: keyof typeof kept): Promise<Things> =>
    isRead(endpoint) ? kept[org] : makeThings(harness, org)

  /** Status and title; a stream is left as soon as it has answered. */
  async function call(who: Who | null, endpoint: Endpoint, name: string, things: Things, org: string) {
    const row = (ROWS[name] as Row)(things)
    const url = addressOf(endpoint, things, org)
    const request = { ...row, method: endpoint.method, url } as InjectOptions
    if (endpoint.kind !== 'stream') return harness.send(who, request)
    const answer = await harness.send(who, { ...request, payloadAsStream: true })
    answer.stream().destroy()
    return answer
  }

  test.each([...endpoints])('%s answers each role as the rights table says', async (name, endpoint) => {
    const own = await thingsFor(endpoint, ORG)
    const foreign = await thingsFor(endpoint, OTHER_ORG)
    for (const who of [null, ...EVERYONE])
      for (const [things, org] of [
        [own, ORG],
        [foreign, OTHER_ORG],
      ] as const) {
        const { statusCode } = await call(who, endpoint, name, things, org)
        const verdict = verdictOn(endpoint, who, org)
        const about = `${who ?? 'nobody'} in ${org}`
        if (verdict !== 'in') expect(statusCode, about).toBe(verdict)
        else if (!REFUSES_ITSELF.has(name)) expect([401, 403], about).not.toContain(statusCode)
        if (name === 'session.signOut') harness.forget()
      }
  })

  test.each(WITH_THING)('%s does not find a thing of another organisation', async (name, endpoint) => {
    const foreign = await thingsFor(endpoint, OTHER_ORG)
    for (const who of EVERYONE.filter((one) => verdictOn(endpoint, one, ORG) === 'in')) {
      const { statusCode } = await call(who, endpoint, name, foreign, ORG)
      expect(statusCode, who).toBe(404)
    }
  })

  test.each(WITH_THING)('%s finds one of its own', async (name, endpoint) => {
    for (const who of EVERYONE.filter((one) => verdictOn(endpoint, one, ORG) === 'in')) {
      const { statusCode } = await call(who, endpoint, name, await thingsFor(endpoint, ORG), ORG)
      expect([200, 201, 204, 409], who).toContain(statusCode)
    }
  })
})

test('every right of the table is asked for by an endpoint, or belongs to a later one', () => {
  const asked = new Set([...endpoints.values()].map(({ action }) => action as string))
  const later = ['org.manage']
  expect(Object.keys(RIGHTS).filter((action) => !asked.has(action))).toEqual(later)
})
