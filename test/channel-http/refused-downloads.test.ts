import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import type { ActivityEntry } from '#contract/manage/activity.ts'
import { createDownloadLinks } from '#server/access/links.ts'
import { keepSecrets } from '#server/access/secrets.ts'

import { ORG, startHarness, type Harness } from '../server/harness.ts'
import { makeThings, type Things } from '../server/manage-world.ts'
import { databases } from '../server/support/databases.ts'
import { ask, authBody, authenticate, sessionOf } from '../support/http-wire.ts'

const QUARTER_MS = 15 * 60_000

/** Whoever looks after an organisation sees which of its devices asks for what is not its own. */
describe.each(databases)('a firmware file that a device is refused, in the log on %s', (database) => {
  let harness: Harness
  let things: Things
  let port: number
  let token: string
  beforeEach(async () => {
    harness = await startHarness({ database })
    port = (await harness.service.start()).httpPort
    things = await makeThings(harness)
    // made without one, and devices are only let in where it can be read
    await harness.send('operator', {
      method: 'POST',
      url: `/api/orgs/${ORG}/products/${things.productKey}/reset-secret`,
    })
    await harness.db.transact((trx) => trx.updateTable('tasks').set({ status: 'published' }).execute())
    const { sessionSecret } = await keepSecrets(harness.config.dataDir, harness.config)
    const { firmwareId, jobId, deviceId } = things
    const expiresAt = harness.clock.now() + 3_600_000
    const links = createDownloadLinks(harness.config.publicUrl, sessionSecret)
    token = links.make({ firmwareId, jobId, deviceId, attempt: 1, expiresAt }).split('/').at(-1) ?? ''
  })
  afterEach(() => harness.close())

  /** Registers a device and opens a session as it does. */
  async function comesIn(deviceKey: string) {
    const { productKey } = things
    const payload = { productKey, deviceKey }
    const made = await harness.send('operator', { method: 'POST', url: `/api/orgs/${ORG}/devices`, payload })
    const { id, deviceSecret } = made.json<{ id: string; deviceSecret: string }>()
    const keys = { productKey, deviceKey }
    return { id, deviceKey, session: sessionOf(await authenticate(port, keys, authBody(keys, deviceSecret))) }
  }
  const fetchAs = async (
    { session, deviceKey }: { session: string; deviceKey: string },
    { as = deviceKey, link = token, what = 'download' } = {},
  ) => {
    const path = `/multipart/sys/${things.productKey}/${as}/file/${what}`
    const fileUri = `enos-connect://${things.firmwareId}/${link}`
    return (await ask(port, 'GET', `${path}?sessionId=${session}&fileUri=${fileUri}&category=ota`)).status
  }
  const told = async () => {
    const { items } = (
      await harness.send('viewer', { url: `/api/orgs/${ORG}/activity?action=right.refused&order=asc` })
    ).json<{ items: ActivityEntry[] }>()
    return items
  }

  test('names the device, its address and the reason, and stands in its history', async () => {
    const thief = await comesIn('thief')
    expect(await fetchAs(thief)).toBe(403)
    const why = 'This download link was made for another device.'
    const [line] = await told()
    expect(line).toMatchObject({
      actor: { id: thief.id, name: 'thief' },
      actorKind: 'device',
      address: expect.stringMatching(/127\.0\.0\.1$/),
      objectKind: 'right',
      objectId: 'firmware.download',
      summary: `thief was refused a firmware file: ${why}`,
    })
    const history = await harness.send('viewer', { url: `/api/orgs/${ORG}/devices/${thief.id}/history` })
    expect(history.json<{ items: { action: string }[] }>().items[0]).toMatchObject({ action: 'right.refused' })
    expect(JSON.stringify(await harness.db.read.selectFrom('log').selectAll().execute())).not.toContain(token)
  })

  test('is told of the path of another device, of a changed link and of its address too, each once a device', async () => {
    const [first, second, third] = [await comesIn('meter-1'), await comesIn('meter-2'), await comesIn('meter-3')]
    const fourth = await comesIn('meter-4')
    expect(await fetchAs(first, { as: 'meter-2' })).toBe(403)
    expect(await fetchAs(second, { link: `${token}A` })).toBe(403)
    expect(await fetchAs(third, { what: 'download/url' })).toBe(403)
    const plain = `/files/${things.firmwareId}/${token}?sessionId=${fourth.session}`
    expect((await ask(port, 'GET', plain)).status).toBe(403)
    expect((await told()).map(({ summary }) => summary)).toEqual([
      'meter-1 was refused a firmware file: This session belongs to another device.',
      'meter-2 was refused a firmware file: This download link was not made by this service, or was changed.',
      'meter-3 was refused a firmware file: This download link was made for another device.',
      'meter-4 was refused a firmware file: This download link was made for another device.',
    ])
  })

  test('fills no log, however often a device asks, and is counted', async () => {
    const [noisy, quiet] = [await comesIn('noisy'), await comesIn('quiet')]
    for (let turn = 0; turn < 30; turn += 1) expect(await fetchAs(noisy, { link: `${token}${turn}` })).toBe(403)
    expect(await fetchAs(quiet)).toBe(403)
    expect((await told()).map(({ actor }) => actor.name)).toEqual(['noisy', 'quiet'])
    await harness.clock.advance(QUARTER_MS)
    await expect.poll(async () => (await told()).length).toBe(3)
    expect((await told()).at(-1)).toMatchObject({
      actor: { id: noisy.id },
      summary: 'noisy was refused firmware files 29 more times within a quarter of an hour.',
    })
  })

  test('is not told of a device without a session, of a file that is none, or of whoever holds a bare link', async () => {
    const device = await comesIn('meter-1')
    expect(await fetchAs({ ...device, session: 'forged' })).toBe(401)
    expect(await fetchAs(device, { link: '' })).toBe(404)
    expect((await harness.send(null, { url: `/files/${things.firmwareId}/${token}A` })).statusCode).toBe(403)
    expect(await told()).toEqual([])
  })
})
