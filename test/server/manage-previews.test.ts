import { afterEach, beforeEach, describe, expect, test } from 'vitest'

import { Counting, Preview } from '#contract/manage/jobs.ts'

import { startHarness, type Harness } from './harness.ts'
import { databases } from './support/databases.ts'
import { addFirmware, addFleet, deviceKey } from './support/rows.ts'

const DEVICES = 3_000
/** Of the organisation that `addFleet` makes; support may read every one. */
const JOBS = '/api/orgs/agency/jobs'

describe.each(databases)('a preview of a large fleet over HTTP, on %s', (database) => {
  let harness: Harness
  let firmwareId: string
  beforeEach(async () => {
    harness = await startHarness({ database, previewAtOnce: 1_000 })
    await addFleet(harness.db, DEVICES)
    firmwareId = await addFirmware(harness.db)
  })
  afterEach(() => harness.close())

  const preview = (scope: object) =>
    harness.send('support', {
      method: 'POST',
      url: `${JOBS}/preview`,
      payload: { type: 'upgrade', firmwareId, scope },
    })
  const ask = async (handle: string) => (await harness.send('support', { url: `${JOBS}/previews/${handle}` })).json()

  test('is answered with a handle, and by the handle with the preview', async () => {
    const answer = await preview({})
    const { handle, devices, seen } = Counting.parse(answer.json())
    expect([answer.statusCode, devices, seen]).toEqual([200, DEVICES, 0])
    await expect.poll(async () => Preview.safeParse(await ask(handle)).data?.matched).toBe(DEVICES)
  })

  test('is answered at once where the job names few of its devices', async () => {
    const answer = await preview({ deviceKeys: [1, 2].map(deviceKey) })
    expect(Preview.parse(answer.json())).toMatchObject({ matched: 2, excluded: [] })
  })
})
