import type { Page } from 'playwright/test'

import { firmwareIds } from '#mock-api/seed/firmware.ts'
import { troubled } from '#mock-api/seed/fleet.ts'
import { jobIds } from '#mock-api/seed/jobs.ts'

import { confirm, expect, expectToast, open, passTime, rowOf, test } from './support/test.ts'

const tab = (page: Page, name: RegExp) => page.getByRole('tab', { name })

/** Saves and starts an upgrade of these devices. */
async function startFor(page: Page, deviceKeys: readonly string[]): Promise<void> {
  await open(page, `/orgs/hdb/jobs/new?type=upgrade&firmware=${firmwareIds.verified}`)
  await page.getByRole('textbox', { name: 'Device keys' }).fill(deviceKeys.join('\n'))
  await expect(page.getByRole('status', { name: 'Matching devices' })).toContainText(`${deviceKeys.length} device`)
  await page.getByRole('button', { name: 'Save and start' }).click()
  await expect(tab(page, /To be Pushed/)).toBeVisible()
}

test('an operator starts a job after seeing its numbers, and its counts move', async ({ page }) => {
  await open(page, `/orgs/hdb/jobs/${jobIds.stopped}`)
  await page.getByRole('button', { name: 'Start' }).click()
  const dialog = page.getByRole('dialog', { name: 'Start weekend-rollout?' })
  await expect(dialog).toContainText('12 devices wait for meter-fw-1.5 1.5.0')
  await dialog.getByRole('button', { name: 'Start' }).click()
  await expectToast(page, 'weekend-rollout is started')
  await expect(tab(page, /Upgrade Successful \(10\)/)).toBeVisible({ timeout: 15_000 })
  await expect(tab(page, /To be Pushed \(2\)/)).toBeVisible()
})

test('a menu that is open stays open while its row moves', async ({ page }) => {
  await startFor(page, ['meter-021', 'meter-022'])
  // offline, so that its row stays on this tab
  await rowOf(page, 'meter-021').getByRole('button', { name: 'Actions for meter-021' }).click()
  const item = page.getByRole('menuitem', { name: 'Open device' })
  await expect(item).toBeVisible()
  await expect(tab(page, /Upgrade Successful \(1\)/)).toBeVisible({ timeout: 15_000 })
  await expect(item).toBeVisible()
})

test('an operator stops a job, ends it and deletes it', async ({ page }) => {
  await open(page, `/orgs/hdb/jobs/${jobIds.stopped}`)
  await confirm(page, 'Start')
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible()
  await confirm(page, 'Stop')
  await expectToast(page, 'weekend-rollout is stopped')
  await confirm(page, 'End')
  await expect(tab(page, /Skipped \(\d+\)/)).toBeVisible()
  await expect(tab(page, /In Progress \(0\)/)).toBeVisible({ timeout: 15_000 })
  await expect(tab(page, /^Pushed \(0\)/)).toBeVisible({ timeout: 15_000 })
  await confirm(page, /^Delete$/)
  await expectToast(page, 'weekend-rollout is deleted')
  await expect(page).toHaveURL('/orgs/hdb/jobs')
  await expect(page.getByRole('link', { name: 'night-rollout' })).toBeVisible()
  await expect(page.getByRole('link', { name: 'weekend-rollout' })).toHaveCount(0)
})

test('an operator cancels one waiting device, then all of them', async ({ page }) => {
  await open(page, `/orgs/hdb/jobs/${jobIds.stopped}`)
  await rowOf(page, 'meter-021').getByRole('button', { name: 'Actions for meter-021' }).click()
  await page.getByRole('menuitem', { name: 'Cancel' }).click()
  await expect(tab(page, /Skipped \(1\)/)).toBeVisible()
  await expect(rowOf(page, 'meter-021')).toHaveCount(0)
  await confirm(page, /Cancel all 11/)
  await expect(tab(page, /Skipped \(12\)/)).toBeVisible()
  await tab(page, /Skipped/).click()
  await expect(rowOf(page, 'meter-021')).toContainText('Cancelled by user.')
})

test('an operator cancels the devices that are chosen', async ({ page }) => {
  await open(page, `/orgs/hdb/jobs/${jobIds.stopped}`)
  await page.getByRole('checkbox', { name: 'Choose meter-022' }).check()
  await page.getByRole('checkbox', { name: 'Choose meter-023' }).check()
  await confirm(page, /Cancel 2 chosen/)
  await expectToast(page, '2 devices cancelled')
  await expect(tab(page, /To be Pushed \(10\)/)).toBeVisible()
})

test('every way to fail is told in plain words, and a retry mends what can be mended', async ({ page }) => {
  test.setTimeout(60_000)
  const free = troubled.filter(
    (key) => !['stalls-001', 'stalls-002', 'silent-001', 'waits-for-restart-001'].includes(key),
  )
  await startFor(page, free)
  await expect(tab(page, /Upgrade Failed \(4\)/)).toBeVisible({ timeout: 15_000 })
  // the fifth has come back with its old version, and is given two minutes
  await passTime(page, 180)
  await expect(tab(page, /Upgrade Failed \(5\)/)).toBeVisible()
  await tab(page, /Upgrade Failed/).click()
  const sentences = {
    'fails-download-001': 'The device could not download the firmware. It said: connection reset after 12 %',
    'fails-verification-001': 'The device found that the downloaded file is not the one announced.',
    'fails-writing-001': 'The device could not write the firmware. It said: flash sector 12 is worn',
    'declines-001': 'The device declined the upgrade. It said: battery low',
    'falls-back-001': 'The device restarted and fell back to its old version.',
  }
  for (const [key, sentence] of Object.entries(sentences)) await expect(rowOf(page, key)).toContainText(sentence)
  await confirm(page, /Retry all 5/)
  await expectToast(page, '5 devices sent round again')
  // they settle first, for the last attempt may still be at work
  await passTime(page, 61)
  await expect(tab(page, /Upgrade Successful \(5\)/)).toBeVisible({ timeout: 20_000 })
})

test('a tab, its search and a device are in the address', async ({ page }) => {
  await open(page, `/orgs/hdb/jobs/${jobIds.completed}?tab=failed&q=meter-002`)
  await expect(tab(page, /Upgrade Failed \(2\)/)).toHaveAttribute('aria-selected', 'true')
  await expect(rowOf(page, 'meter-002')).toContainText('fell back')
  await expect(rowOf(page, 'meter-001')).toHaveCount(0)
  await page.getByRole('searchbox', { name: 'Search by device key' }).fill('')
  await expect(rowOf(page, 'meter-001')).toBeVisible()
  await expect(page).toHaveURL(/tab=failed$/)
})

test('a device that was looked at gives the focus back to its row, the first time as every time', async ({ page }) => {
  await open(page, `/orgs/hdb/jobs/${jobIds.completed}?tab=failed`)
  for (const key of ['meter-002', 'meter-001']) {
    const opener = rowOf(page, key).getByRole('button', { name: key, exact: true })
    await opener.press('Enter')
    const drawer = page.getByRole('dialog', { name: key })
    await expect(drawer.getByRole('region', { name: 'History in this job' })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(drawer).toBeHidden()
    await expect(opener).toBeFocused()
  }
})

test('firmware that is not verified cannot be rolled out, and the page says why', async ({ page }) => {
  await open(page, `/orgs/hdb/firmware/${firmwareIds.notVerified}`)
  await expect(page.getByRole('button', { name: 'Upgrade' })).toHaveAccessibleDescription(
    'This firmware is not verified yet. Verify it on a few devices first.',
  )
})

test('a job that would reach nobody cannot be saved, and the page says why', async ({ page }) => {
  await open(page, `/orgs/hdb/jobs/new?type=upgrade&firmware=${firmwareIds.verified}`)
  await page.getByRole('textbox', { name: 'Device keys' }).fill('no-such-device')
  await expect(page.getByRole('list', { name: 'Why these devices' })).toContainText(
    'Left out: 1 unknown to this product',
  )
  await expect(page.getByRole('button', { name: 'Save', exact: true })).toHaveAccessibleDescription(/No device matches/)
})

test('on a narrow screen the tabs stand in one column, and the arrows go up and down it', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 640 })
  await open(page, `/orgs/hdb/jobs/${jobIds.started}?tab=init`)
  await expect(rowOf(page, 'meter-007')).toBeVisible()
  const tabs = await page.getByRole('tab').all()
  const boxes = await Promise.all(tabs.map((one) => one.boundingBox()))
  expect(new Set(boxes.map((box) => box && `${box.x} ${box.width}`)).size).toBe(1)
  expect(new Set(boxes.map((box) => box?.y)).size).toBe(5)
  await tab(page, /To be Pushed/).focus()
  await page.keyboard.press('ArrowDown')
  await expect(tab(page, /^Pushed/)).toBeFocused()
  await expect(tab(page, /^Pushed/)).toHaveAttribute('aria-selected', 'true')
})
