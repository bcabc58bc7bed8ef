import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { KyselyPlugin } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { JobCreate } from '#contract/manage/jobs.ts'
import type { Db, Trx } from '#server/db/open.ts'
import type { DeviceIdentity, DeviceReport, DeviceSession } from '#server/ports.ts'

import { startHarness, type Harness } from './harness.ts'
import { deviceRow, makeThings, type Things } from './manage-world.ts'
import { databases } from './support/databases.ts'

const DEVICES = 10
const BROWSERS = 200

/** Counts what is asked of the database, inside transactions and beside them. */
function countQueries() {
  const counter = { count: 0 }
  const plugin: KyselyPlugin = {
    transformQuery({ node }) {
      counter.count += 1
      return node
    },
    transformResult: async ({ result }) => result,
  }
  const intoDb = (db: Db): Db => ({
    dialect: db.dialect,
    read: db.read.withPlugin(plugin),
    transact: (work) => db.transact((trx) => work(trx.withPlugin(plugin) as Trx)),
    close: () => db.close(),
  })
  return { counter, intoDb }
}

describe.each(databases)('many browsers on one job, on %s', (database) => {
  let harness: Harness
  let things: Things
  let jobId: string
  let fleet: { device: DeviceIdentity; session: DeviceSession }[]
  const { counter, intoDb } = countQueries()
  beforeEach(async () => {
    harness = await startHarness({ database, intoDb })
    things = await makeThings(harness)
    const { productKey, orgId, firmwareId } = things
    const rows = Array.from({ length: DEVICES }, (_, n) => deviceRow(orgId, productKey, `fleet-${n}`))
    await harness.db.transact((trx) => trx.insertInto('devices').values(rows).execute())
    const { engine } = harness.service
    await engine.start()
    fleet = rows.map(({ id, device_key }) => ({
      device: { deviceId: id, orgId, productKey, deviceKey: device_key },
      session: { id: `session-${device_key}`, startedAt: harness.clock.now() },
    }))
    for (const { device, session } of fleet) await engine.intake.opened(device, session)
    const scope = { deviceKeys: rows.map(({ device_key }) => device_key) }
    const create = JobCreate.parse({ type: 'upgrade', name: 'All', firmwareId, scope, start: true })
    const actor = { kind: 'user', id: 'operator', name: 'operator', address: '' } as const
    jobId = (await engine.jobs.create(orgId, create, actor)).id
    await engine.idle()
    await harness.service.app.listen({ host: '127.0.0.1', port: 0 })
  })
  afterEach(() => harness.close())

  /** What a browser has heard of tasks, as often as it was told. */
  async function watch() {
    const { port } = harness.service.app.server.address() as AddressInfo
    const url = `http://127.0.0.1:${port}/api/orgs/${things.org}/live?job=${jobId}`
    const request = get(url, { headers: { cookie: await harness.cookieOf('viewer') }, agent: false })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    let text = ''
    response.setEncoding('utf8').on('data', (more: string) => {
      text += more
    })
    return {
      async heard(percent: number) {
        while (!text.includes(`"progress":${percent},`)) await once(response, 'data')
      },
    }
  }

  /** Every device reports once; answers how many queries all of it took, the telling included. */
  async function reports(percent: number): Promise<number> {
    const { engine, live } = harness.service
    await live.idle()
    const before = counter.count
    const report: DeviceReport = { kind: 'progress', step: percent, text: '' }
    for (const { device, session } of fleet) {
      await engine.intake.report(device, session, report)
      await engine.idle()
    }
    await harness.clock.advance(100)
    await live.idle()
    return counter.count - before
  }

  test('200 cost no more queries than one, and each hears it', async () => {
    const first = await watch()
    await reports(10)
    await first.heard(10)
    const forOne = await reports(20)
    await first.heard(20)
    const others = await Promise.all(Array.from({ length: BROWSERS - 1 }, watch))
    const forAll = await reports(30)
    for (const browser of [first, ...others]) await browser.heard(30)
    expect(forOne).toBeGreaterThan(DEVICES)
    expect(forAll).toBe(forOne)
  })

  test('besides, each is asked twice a minute whether it is still admitted, and no more', async () => {
    await Promise.all(Array.from({ length: 20 }, watch))
    const before = counter.count
    await harness.clock.advance(60_000)
    await harness.send('viewer', { url: '/api/session' })
    const perCheck = (counter.count - before) / 40
    expect(perCheck).toBeGreaterThan(0)
    expect(perCheck).toBeLessThanOrEqual(3)
  })
})
