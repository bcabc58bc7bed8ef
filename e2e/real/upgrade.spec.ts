import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'

import type { Page } from 'playwright/test'

import { DEVICES, expect, test } from './world.ts'

const image = randomBytes(5 * 1024 * 1024)
const VERSION = '2.0.0'
const FIRST = 'meter-0001'
/** A device downloads 5 MB, restarts and reports; 49 of them share 2 cores with the browser. */
const PATIENT = { timeout: 90_000 }

const tab = (page: Page, name: string) => page.getByRole('tab', { name: new RegExp(`^${name}`) })

/** How many devices a tab says that it holds. */
async function countOf(page: Page, name: string): Promise<number> {
  const [, number = '0'] = /\((\d+)\)/.exec((await tab(page, name).textContent()) ?? '') ?? []
  return Number(number)
}

/** A mark in the page that a reload would wipe. */
const mark = (page: Page) => page.evaluate(() => void ((window as { mark?: string }).mark = 'kept'))
const isKept = (page: Page) => page.evaluate(() => (window as { mark?: string }).mark === 'kept')

test('an operator uploads a firmware, verifies it on one device and upgrades the other 49 while watching', async ({
  page,
  fleet,
  signedIn: _,
}) => {
  test.setTimeout(240_000)
  const failed: string[] = []
  page.on('requestfailed', (request) => failed.push(`${request.method()} ${request.url()}`))

  await test.step('chooses a 5 MB file and sees each check pass', async () => {
    await page.getByRole('link', { name: 'Firmware', exact: true }).click()
    await page.getByRole('link', { name: 'Upload firmware' }).click()
    const file = { name: `meter-fw-${VERSION}.bin`, mimeType: 'application/octet-stream', buffer: image }
    await page.getByLabel('Firmware file').setInputFiles(file)
    const checks = page.getByRole('list', { name: 'Checks' }).getByRole('listitem')
    for (const check of ['Size', 'Kind', 'SHA-256', 'MD5'])
      await expect(checks.filter({ hasText: check })).toContainText('Passed')
  })

  await test.step('uploads it', async () => {
    await page.getByRole('combobox', { name: 'Product' }).click()
    await page.getByRole('option', { name: /Meter/ }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('meter-fw')
    await page.getByRole('textbox', { name: 'Version' }).fill(VERSION)
    await page.getByRole('button', { name: 'Upload', exact: true }).click()
    await expect(page.getByRole('heading', { level: 1, name: `meter-fw | ${VERSION}` })).toBeVisible()
  })

  await test.step('verifies it on one device', async () => {
    await page.getByRole('link', { name: 'Verify' }).click()
    const devices = page.getByRole('combobox', { name: 'Devices', exact: true })
    await devices.fill(FIRST)
    await devices.press('Enter')
    await page.getByRole('button', { name: 'Save and start' }).click()
    await expect(tab(page, 'Upgrade Successful')).toHaveText(/\(1\)/, PATIENT)
  })

  await test.step('starts the upgrade of the others', async () => {
    await page.getByRole('link', { name: 'Firmware', exact: true }).click()
    await page.getByRole('link', { name: 'meter-fw' }).click()
    await expect(page.getByRole('heading', { level: 1, name: `meter-fw | ${VERSION}` })).toBeVisible()
    await expect(page.getByText('Verified', { exact: true })).toBeVisible()
    await page.getByRole('link', { name: 'Upgrade', exact: true }).click()
    await expect(page.getByRole('status', { name: 'Matching devices' })).toContainText(`${DEVICES - 1} devices match`)
    await page.getByRole('button', { name: 'Save and start' }).click()
    await expect(tab(page, 'Upgrade Successful')).toBeVisible()
  })

  await test.step('sees rows and counts move without a reload', async () => {
    await mark(page)
    await tab(page, 'Upgrade Successful').click()
    const table = page.getByRole('table', { name: 'Upgrade Successful' })
    await expect(table.getByRole('rowheader').first()).toBeVisible(PATIENT)
    const seen = await countOf(page, 'Upgrade Successful')
    await expect.poll(() => countOf(page, 'Upgrade Successful'), PATIENT).toBeGreaterThan(seen)
    await expect(tab(page, 'Upgrade Successful')).toHaveText(new RegExp(`\\(${DEVICES - 1}\\)`), PATIENT)
    await expect(table.getByRole('rowheader')).toHaveCount(DEVICES - 1)
    for (const empty of ['To be Pushed', 'Pushed', 'In Progress', 'Upgrade Failed'])
      await expect(tab(page, empty)).toHaveText(/\(0\)/)
    expect(await isKept(page)).toBe(true)
  })

  await test.step('finds every device on the new version', async () => {
    await page.getByRole('link', { name: 'Devices', exact: true }).click()
    const rows = page.getByRole('table', { name: 'Devices' }).getByRole('row').filter({ hasText: VERSION })
    await expect(rows).toHaveCount(DEVICES)
    expect(new Set(fleet.devices.map((device) => device.version()))).toEqual(new Set([VERSION]))
  })

  await test.step('and each device holds the file that was uploaded, byte for byte', async () => {
    for (const device of fleet.devices) expect((await readFile(device.file)).equals(image)).toBe(true)
  })

  // a stream that is replaced for the next page's topics has come to its end, and was not torn off
  expect(failed).toEqual([])
})
