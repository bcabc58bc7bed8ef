import type { Page } from 'playwright/test'

import { PASSWORD, people } from '#mock-api/seed/people.ts'

import { binaryFile, chooseFile } from './support/files.ts'
import { choose, expect, expectToast, open, rowOf, test } from './support/test.ts'

const tab = (page: Page, name: RegExp) => page.getByRole('tab', { name })

async function uploadFirmware(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Firmware' }).click()
  await page.getByRole('link', { name: 'Upload firmware' }).click()
  await chooseFile(page, binaryFile('fan-fw-1.6.2.bin', 41, 5_000_000))
  const checks = page.getByRole('list', { name: 'Checks' })
  for (const what of ['Size', 'Kind', 'SHA-256', 'MD5', 'New here']) {
    await expect(checks.getByRole('listitem').filter({ hasText: what })).toContainText('Passed')
  }
  await choose(page, 'Product', /HDB Current Meter/)
  await expect(page.getByRole('textbox', { name: 'Version' })).toHaveValue('1.6.2')
  await page.getByRole('textbox', { name: 'Name' }).fill('fan-fw')
  await page.getByRole('button', { name: 'Upload', exact: true }).click()
  await expectToast(page, 'fan-fw 1.6.2 is uploaded')
  await expect(page.getByRole('heading', { name: 'fan-fw | 1.6.2' })).toBeVisible()
}

async function verifyOnOne(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Verify' }).click()
  const devices = page.getByRole('combobox', { name: 'Devices', exact: true })
  await devices.fill('meter-001')
  await devices.press('Enter')
  await expect(page.getByRole('status', { name: 'Matching devices' })).toContainText('1 device matches')
  await page.getByRole('button', { name: 'Save and start' }).click()
  await expect(tab(page, /Upgrade Successful \(1\)/)).toBeVisible({ timeout: 15_000 })
  await expect(page.getByText('Completed', { exact: true })).toBeVisible()
}

async function upgradeTheOthers(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'fan-fw 1.6.2' }).click()
  await expect(page.getByText('Verified', { exact: true })).toBeVisible()
  await page.getByRole('link', { name: 'Upgrade', exact: true }).click()
  await choose(page, 'Current firmware versions', /^1\.3\.0/)
  await page.keyboard.press('Escape')
  await expect(page.getByRole('status', { name: 'Matching devices' })).toContainText('12 devices match')
  await page.getByRole('button', { name: 'Save and start' }).click()
}

test.describe('from sign-in to an upgraded fleet', () => {
  test.use({ as: null })

  test('an operator uploads a firmware, verifies it on one device, upgrades the others and sees them move', async ({
    page,
  }) => {
    test.setTimeout(60_000)
    await open(page, '/')
    await page.getByRole('textbox', { name: 'Email' }).fill(people.operator.email)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: 'Housing & Development Board' }).click()
    await uploadFirmware(page)
    await verifyOnOne(page)
    await upgradeTheOthers(page)

    // rows and counts move by themselves: ten meters are online, two are not
    await tab(page, /In Progress/).click()
    // any of them: how far each is depends on how fast the machine shows the page
    await expect(page.getByRole('row').filter({ hasText: '%' }).first()).toBeVisible()
    await tab(page, /To be Pushed \(2\)/).click()
    await expect(rowOf(page, 'meter-021')).toContainText('The device is offline.')
    await tab(page, /Upgrade Successful/).click()
    await expect(tab(page, /Upgrade Successful \(10\)/)).toBeVisible({ timeout: 15_000 })
    await expect(rowOf(page, 'meter-022')).toContainText('1.6.2')
    await expect(rowOf(page, 'meter-022')).toContainText('The device restarted and reported the new version.')
  })
})
