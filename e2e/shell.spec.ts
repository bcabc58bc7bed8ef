import { limits } from '#mock-api/limits.ts'
import { rolloutIds } from '#mock-api/seed/rollout-plans.ts'
import { missingRight } from '#mock-api/words.ts'

import { confirm, expect, expectToast, open, test } from './support/test.ts'

test('an operator goes to a device by the beginning of its key, without touching the mouse', async ({ page }) => {
  await open(page, '/orgs/hdb/products')
  await expect(page.getByRole('button', { name: 'Search and commands' })).toBeVisible()
  await page.keyboard.press('Control+k')
  const box = page.getByRole('combobox', { name: /Search pages/ })
  await expect(box).toBeFocused()
  await page.keyboard.type('light-000')
  const devices = page.getByRole('group', { name: 'Devices' })
  await expect(devices.getByRole('option')).toHaveCount(5)
  await page.keyboard.press('ArrowDown')
  await expect(devices.getByRole('option', { selected: true })).toContainText('light-0002')
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 1, name: 'light-0001' })).toBeVisible()
})

test('an operator begins an act from the palette, and Escape gives the page back', async ({ page }) => {
  await open(page, '/orgs/hdb/products')
  await page.getByRole('button', { name: 'Search and commands' }).click()
  await expect(page.getByRole('combobox', { name: /Search pages/ })).toBeFocused()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await page.keyboard.press('Control+k')
  await page.getByRole('combobox', { name: /Search pages/ }).fill('upload')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('heading', { name: 'Upload firmware' })).toBeVisible()
})

test('what is opened from the header gives the focus back when it is closed', async ({ page }) => {
  await page.setViewportSize({ width: 600, height: 720 })
  await open(page, '/orgs/hdb/products')
  for (const name of ['Search and commands', 'Menu']) {
    const opener = page.getByRole('button', { name, exact: true })
    await opener.press('Enter')
    await expect(page.getByRole('dialog', { name })).toBeVisible()
    await page.keyboard.press('Escape')
    await expect(page.getByRole('dialog')).toHaveCount(0)
    await expect(opener).toBeFocused()
  }
})

test('the palette says when it cannot ask the server, and still goes to pages', async ({ page }) => {
  await open(page, '/orgs/hdb/products')
  await expect(page.getByRole('button', { name: 'Search and commands' })).toBeVisible()
  await page.keyboard.press('Control+k')
  const box = page.getByRole('combobox', { name: /Search pages/ })
  await box.fill('fail-403')
  await expect(page.getByRole('dialog').getByRole('alert')).toContainText('You may no longer do this.')
  await box.fill('polic')
  await expect(page.getByRole('option', { name: 'Upgrade Policies' })).toBeVisible()
})

test('an operator stops all jobs after reading what that touches', async ({ page }) => {
  await open(page, '/orgs/hdb')
  await page.getByRole('button', { name: 'Stop all jobs' }).click()
  const dialog = page.getByRole('dialog', { name: 'Stop 5 started jobs?' })
  await expect(dialog).toContainText(/devices that still wait get nothing/)
  await expect(dialog.getByRole('list', { name: 'Jobs that will be stopped' })).toContainText('corridor-lights-2.2')
  await dialog.getByRole('button', { name: 'Stop all jobs' }).click()
  await expectToast(page, '5 jobs stopped')
  await expect(page.getByText('No job is running')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Stop all jobs' })).toHaveAccessibleDescription('No job is started.')
})

test('the overview says what failed of late and leads to it', async ({ page }) => {
  await open(page, '/orgs/hdb')
  const failures = page.getByRole('list', { name: 'Failures of the last 24 hours' })
  await expect(failures.getByRole('listitem').first()).toContainText('Writing failed')
  await failures.getByRole('link', { name: 'pumps-1.9' }).first().click()
  await expect(page).toHaveURL(new RegExp(`${rolloutIds.halted}\\?tab=failed`))
})

test('a new agency is led from its first step to the next', async ({ page }) => {
  await open(page, '/orgs/new-agency')
  const steps = page.getByRole('list', { name: 'First steps' }).getByRole('listitem')
  await expect(steps.filter({ hasText: 'Create a product' })).toContainText('Done')
  await expect(steps.filter({ hasText: 'Register a device' })).not.toContainText('Done')
  await steps.getByRole('link', { name: 'Register a device' }).click()
  await expect(page.getByRole('button', { name: 'Create device' })).toBeVisible()
})

test('an operator is told of a halted job until they have read it', async ({ page }) => {
  await open(page, '/orgs/hdb/products')
  await expect(page).toHaveTitle('(1) Products · OTA Portal')
  await page.getByRole('button', { name: 'Notices: 1 unread' }).click()
  await page
    .getByRole('list', { name: 'Notices' })
    .getByRole('link', { name: /pumps-1.9 halted/ })
    .click()
  await expect(page).toHaveURL(new RegExp(rolloutIds.halted))
  await expect(page.getByRole('button', { name: 'Notices', exact: true })).toBeVisible()
  await page.reload()
  await expect(page.getByRole('button', { name: 'Notices', exact: true })).toBeVisible()
  await expect(page).not.toHaveTitle(/\(1\)/)
})

test.describe('an approver', () => {
  test.use({ as: 'approver' })

  test('is told of an approval that waits for them, and the notice goes when it is given', async ({ page }) => {
    await open(page, '/orgs/hdb')
    await expect(page.getByRole('list', { name: 'Approvals' })).toContainText('waits for your approval')
    await page.getByRole('button', { name: 'Notices: 1 unread' }).click()
    await page.getByRole('link', { name: /lights-2.2-all waits for your approval/ }).click()
    await confirm(page, 'Approve')
    await page.getByRole('button', { name: 'Notices', exact: true }).click()
    await expect(page.getByText('Nothing waits for you.')).toBeVisible()
  })
})

test.describe('a viewer', () => {
  test.use({ as: 'viewer' })

  test('reads the help and learns whom to ask for more', async ({ page }) => {
    await open(page, '/orgs/hdb')
    await expect(page.getByRole('button', { name: 'Stop all jobs' })).toHaveAccessibleDescription(
      missingRight('job.stop', limits.contact),
    )
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Help' }).click()
    await expect(page.getByRole('img', { name: /From upload to upgraded devices/ })).toBeVisible()
    await expect(page.getByRole('region', { name: 'Whom to ask' })).toContainText(limits.contact)
    // and goes on from there
    await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Devices' }).click()
    await expect(page.getByRole('heading', { name: 'Devices', level: 1 })).toBeVisible()
  })
})
