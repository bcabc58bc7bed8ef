import type { Page } from 'playwright/test'

import { firmwareIds } from '#mock-api/seed/firmware.ts'
import { sentinel } from '#mock-api/sentinel.ts'

import { choose, expect, open, rowOf, test } from './support/test.ts'

test('a list that is slow says that it is loading, then shows what it found', async ({ page }) => {
  await open(page, `/orgs/hdb/firmware?q=${sentinel.slow}`)
  await expect(page.getByRole('status', { name: 'Loading firmware' })).toBeVisible()
  await expect(page.getByText('No firmware matches')).toBeVisible()
})

const FAILURES = [
  ['an outage', sentinel.unavailable, 'The service is restarting.'],
  ['a fault of the server', sentinel.broken, 'Something went wrong on the server.'],
  ['a lost connection', sentinel.unreachable, 'Cannot reach the server.'],
  ['an answer that is not the server’s', sentinel.unreadable, 'The server sent something this page cannot read.'],
] as const

for (const [what, word, sentence] of FAILURES) {
  test(`${what} is explained, and can be tried again`, async ({ page }) => {
    await open(page, `/orgs/hdb/devices?q=${word}`)
    const alert = page.getByRole('alert')
    // the page has tried again by itself before it says so, and begins anew once the stream has opened
    await expect(alert).toContainText(sentence, { timeout: 30_000 })
    await alert.getByRole('button', { name: 'Try again' }).click()
    await expect(alert).toContainText(sentence, { timeout: 30_000 })
  })
}

test('a refresh that fails leaves on the page what was there', async ({ page }) => {
  await open(page, `/orgs/hdb/devices?q=${sentinel.failsLater}`)
  const row = rowOf(page, `${sentinel.failsLater}-001`)
  await expect(row).toBeVisible()
  await expect(page.getByRole('alert')).toContainText('may be out of date', { timeout: 15_000 })
  await expect(row).toBeVisible()
})

test('an address that is none has a way out', async ({ page }) => {
  await open(page, '/orgs/hdb/nothing-here')
  await expect(page.getByRole('heading', { name: 'There is no page at this address' })).toBeVisible()
  await page.getByRole('link', { name: 'Go to the start page' }).click()
  await expect(page).not.toHaveURL(/nothing-here/)
})

test('a firmware that was deleted is not found, and the page leads back to the list', async ({ page }) => {
  await open(page, `/orgs/hdb/firmware/${firmwareIds.deleted}`)
  await expect(page.getByRole('alert')).toContainText('Firmware does not exist.')
  await page.getByRole('link', { name: 'All firmware' }).click()
  await expect(page).toHaveURL('/orgs/hdb/firmware')
})

/** Saves a job whose name is a sentinel of the live stream, and stays on its page. */
async function saveJobNamed(page: Page, name: string): Promise<void> {
  await open(page, `/orgs/hdb/jobs/new?type=upgrade&firmware=${firmwareIds.verified}`)
  await page.getByRole('textbox', { name: 'Job Name' }).fill(name)
  await choose(page, 'Current firmware versions', /^1\.3\.0/)
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByRole('tab', { name: /To be Pushed \(12\)/ })).toBeVisible()
}

test('a page whose stream is silent says so, keeps what it shows, and recovers by itself', async ({ page }) => {
  await saveJobNamed(page, sentinel.silentStream)
  const notice = page.getByRole('status').filter({ hasText: 'No live updates since' })
  await expect(notice).toBeVisible()
  await expect(rowOf(page, 'meter-022')).toBeVisible()
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'OTA Jobs' }).click()
  await expect(page.getByRole('link', { name: sentinel.silentStream })).toBeVisible()
  await expect(notice).toBeHidden()
})

test('a stream that is cut is taken up again', async ({ page }) => {
  await saveJobNamed(page, sentinel.cutStream)
  const asOf = page.getByRole('banner').getByRole('time')
  const seconds = async () => Date.parse((await asOf.getAttribute('datetime')) ?? '') / 1_000
  const begun = await seconds()
  // the stream breaks after its second beat, so that anything later came by another connection
  await expect.poll(async () => (await seconds()) - begun, { timeout: 15_000 }).toBeGreaterThan(5)
})
