import type { Page } from 'playwright/test'

import { prepareRollout } from '../../test/support/rollout.ts'
import { DEVICES, expect, test } from './world.ts'

/** How long the line stays cut at least, in seconds; the changes that are made meanwhile take a few. */
const CUT_SECONDS = Number(process.env['STREAM_CUT_SECONDS'] ?? 0)
/** Devices of the first wave; the others wait for a person. */
const FIRST = 10
const PATIENT = { timeout: 60_000 }

type Field = Parameters<typeof prepareRollout>[0]

/** An upgrade whose second wave somebody has to open. */
async function beginInTwoWaves(field: Field, version: string) {
  const rollout = await prepareRollout(field, 100_000, version)
  const waves = [{ upToDevices: FIRST, gate: { person: true } }, { upToPercent: 100 }]
  const job = await rollout.begin({ waves } as Parameters<typeof rollout.begin>[0])
  return { ...rollout, begun: job, path: `/orgs/${field.org}/jobs/${job.id}` }
}

const succeeded = (page: Page, count: number) =>
  expect(page.getByRole('tab', { name: `Upgrade Successful (${count})` })).toBeVisible(PATIENT)

const rows = (page: Page) => page.getByRole('table', { name: 'Upgrade Successful' }).getByRole('rowheader')

test.describe('a stream that is cut', () => {
  // a browser says every cut on its console
  test.use({ losesItsLine: true })

  test('is said within three seconds, takes nothing off the page, and has made it miss nothing', async ({
    page,
    field,
    fleet: _,
    line,
    signedIn: __,
  }) => {
    test.setTimeout(120_000 + CUT_SECONDS * 1_000)
    const { advance, job, path } = await beginInTwoWaves(field, '3.0.0')
    await page.clock.install()
    await page.goto(`${line.url}${path}?tab=succeeded`)
    await succeeded(page, FIRST)
    await expect(rows(page)).toHaveCount(FIRST)
    const notice = page.getByRole('status').filter({ hasText: 'No live updates since' })

    // three seconds of the page's own clock, so that a slow machine changes nothing about them
    await page.clock.pauseAt(await page.evaluate(() => Date.now() + 2_000))
    await expect(notice).toBeHidden()
    const broken = page.waitForEvent('requestfailed', (request) => request.url().includes('/live'))
    line.cut()
    const cutAt = Date.now()
    // nothing is on its way to the page any more
    await broken
    await page.clock.runFor(3_000)
    await expect(notice).toBeVisible()
    await page.clock.resume()

    await advance()
    await expect.poll(async () => (await job()).state, PATIENT).toBe('completed')
    await expect
      .poll(() => Date.now() - cutAt, { timeout: 5_000 + CUT_SECONDS * 1_000 })
      .toBeGreaterThan(CUT_SECONDS * 1_000)
    await expect(notice).toBeVisible()
    await succeeded(page, FIRST)
    await expect(rows(page)).toHaveCount(FIRST)
    // what is asked for now cannot be answered, and is asked again when the line is back
    await page.getByRole('tab', { name: /^In Progress/ }).click()
    await expect(page.getByRole('alert').filter({ hasText: 'Could not load devices' })).toBeVisible(PATIENT)

    line.mend()
    await expect(notice).toBeHidden(PATIENT)
    await succeeded(page, DEVICES)
    await expect(page.getByText('No device is upgrading')).toBeVisible(PATIENT)
    await expect(page.getByRole('alert')).toHaveCount(0, PATIENT)
    await page.getByRole('tab', { name: /^Upgrade Successful/ }).click()
    await expect(rows(page)).toHaveText(field.devices.map(({ deviceKey }) => deviceKey))
    await expect(page.getByText('Completed', { exact: true }).first()).toBeVisible()
  })
})

/** Pages that tell how far a rollout is, and how each of them says it: after the first wave, and when all is done. */
const tellers = (org: string, { begun, firmware, path }: Awaited<ReturnType<typeof beginInTwoWaves>>) => {
  const share = (page: Page, done: number) =>
    expect(page.getByRole('row').filter({ hasText: begun.name })).toContainText(`${(100 * done) / DEVICES} %`, PATIENT)
  const listed = (page: Page, done: number) =>
    expect(page.getByRole('row').filter({ hasText: firmware.version })).toHaveCount(done, PATIENT)
  const at = `/orgs/${org}`
  return [
    [`${path}?tab=succeeded`, succeeded],
    [`${path}?tab=init`, succeeded],
    [`${path}?tab=upgrading`, succeeded],
    [`${at}/jobs`, share],
    [`${at}/jobs?type=upgrade`, share],
    [`${at}/firmware/${firmware.id}`, share],
    [`${at}/devices`, listed],
    [`${at}/devices?version=${firmware.version}`, listed],
  ] as const
}

test('eight tabs that are open at once all move, also when the first of them is closed', async ({
  page,
  context,
  field,
  fleet: _,
  signedIn: __,
}) => {
  test.setTimeout(180_000)
  const rollout = await beginInTwoWaves(field, '3.1.0')
  const tabs: { tab: Page; tells: (page: Page, done: number) => Promise<void> }[] = []
  // the tab that was there first keeps the stream for the others
  await page.goto(`/orgs/${field.org}`)
  for (const [path, tells] of tellers(field.org, rollout)) {
    const tab = await context.newPage()
    await tab.goto(path)
    tabs.push({ tab, tells })
  }
  for (const { tab, tells } of tabs) await tells(tab, FIRST)
  await page.close()
  await rollout.advance()
  for (const { tab, tells } of tabs) await tells(tab, DEVICES)
})
