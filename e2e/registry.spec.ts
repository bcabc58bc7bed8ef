import { firmwareIds } from '#mock-api/seed/firmware.ts'

import { choose, confirm, expect, expectToast, open, rowOf, test } from './support/test.ts'

test('an operator registers a device and sees its secret once', async ({ page }) => {
  await open(page, '/orgs/hdb/devices')
  await page.getByRole('button', { name: 'New device' }).click()
  const dialog = page.getByRole('dialog')
  await choose(dialog, 'Product', 'HDB Lift Sensor')
  await dialog.getByRole('textbox', { name: 'Device key' }).fill('lift-001')
  await dialog.getByRole('button', { name: 'Create device' }).click()
  await expect(dialog.getByRole('textbox', { name: 'Device key' })).toHaveAccessibleDescription(
    /The product already has a device lift-001./,
  )
  await dialog.getByRole('textbox', { name: 'Device key' }).fill('lift-100')
  await dialog.getByRole('button', { name: 'Create device' }).click()
  await expect(page.getByRole('dialog')).toContainText('Device secret')
  await page.getByRole('dialog').getByRole('button').last().click()
  await expect(rowOf(page, 'lift-100')).toContainText('Offline')
})

test('an operator pages through devices, and the address follows', async ({ page }) => {
  await open(page, '/orgs/hdb/devices')
  const pager = page.getByRole('navigation', { name: 'Pages of devices' })
  await expect(pager).toContainText('50 of 1,996 devices')
  await expect(pager.getByRole('button', { name: 'Previous' })).toHaveAccessibleDescription('This is the first page.')
  await expect(rowOf(page, 'declines-001')).toBeVisible()
  await pager.getByRole('button', { name: 'Next' }).click()
  await expect(rowOf(page, 'declines-001')).toHaveCount(0)
  await expect(page).toHaveURL(/cursor=/)
  await page.goBack()
  await expect(rowOf(page, 'declines-001')).toBeVisible()
  await pager.getByRole('button', { name: 'Last' }).click()
  await expect(rowOf(page, 'waits-for-restart-001')).toBeVisible()
  await expect(pager.getByRole('button', { name: 'Next' })).toHaveAccessibleDescription('This is the last page.')
})

test('an operator narrows the devices, and a link to that shows the same', async ({ page }) => {
  await open(page, '/orgs/hdb/devices')
  await choose(page, 'Connection', 'Offline')
  await choose(page, 'Product', 'HDB Current Meter')
  await expect(rowOf(page, 'meter-007')).toBeVisible()
  await expect(rowOf(page, 'meter-001')).toHaveCount(0)
  await page.reload()
  await expect(rowOf(page, 'meter-007')).toBeVisible()
  await expect(rowOf(page, 'meter-001')).toHaveCount(0)
})

test('an operator finds the devices of a site that nobody has seen for long, and a link to that shows the same', async ({
  page,
}) => {
  await open(page, '/orgs/hdb/devices')
  const pager = page.getByRole('navigation', { name: 'Pages of devices' })
  await page.getByRole('searchbox', { name: 'Search by tag' }).fill('site=tampines')
  await expect(page.getByRole('cell', { name: 'site=tampines' }).first()).toBeVisible()
  await choose(page, 'Last seen', 'Not seen for 7 days')
  await expect(pager).toContainText(/^\d+ devices? shown/)
  await expect(page.getByRole('cell', { name: 'Offline' })).toHaveCount(await page.getByRole('rowheader').count())
  const found = await pager.textContent()
  await page.reload()
  await expect(page.getByRole('searchbox', { name: 'Search by tag' })).toHaveValue('site=tampines')
  await expect(pager).toContainText(found ?? '')
})

test('an operator disables a device, which ends its session, and enables it again', async ({ page }) => {
  await open(page, '/orgs/hdb/devices?q=meter-001')
  await page.getByRole('link', { name: 'meter-001' }).click()
  await confirm(page, 'Disable')
  await expect(page.getByRole('definition').filter({ hasText: 'Offline' })).toBeVisible()
  await confirm(page, 'Enable')
  await expect(page.getByRole('button', { name: 'Disable' })).toBeVisible()
})

test('a device says why it is not updated', async ({ page }) => {
  await open(page, '/orgs/hdb/devices?q=meter-007')
  await page.getByRole('link', { name: 'meter-007' }).click()
  const why = page.getByRole('region', { name: 'Why not updated?' })
  await expect(why).toContainText('night-rollout')
  await expect(why).toContainText('The device is offline. It gets the upgrade when it next connects.')
})

test('an operator creates a product, and what is wrong stands beside its field', async ({ page }) => {
  await open(page, '/orgs/hdb/products')
  await page.getByRole('button', { name: 'New product' }).click()
  const dialog = page.getByRole('dialog')
  const name = dialog.getByRole('textbox', { name: 'Name', exact: true })
  await name.fill('<script>')
  await dialog.getByRole('button', { name: 'Create product' }).click()
  await expect(name).toHaveAccessibleDescription(/are not allowed/)
  await name.fill('HDB Water Meter')
  await dialog.getByRole('textbox', { name: 'Product key' }).fill('HDBLiftSensor')
  await dialog.getByRole('button', { name: 'Create product' }).click()
  await expect(dialog.getByRole('textbox', { name: 'Product key' })).toHaveAccessibleDescription(/already in use/)
  await dialog.getByRole('textbox', { name: 'Product key' }).fill('HDBWaterMeter')
  await dialog.getByRole('button', { name: 'Create product' }).click()
  await expect(page.getByRole('dialog')).toContainText('Product secret')
})

test('firmware that a job still uses is kept, and the page says why', async ({ page }) => {
  await open(page, `/orgs/hdb/firmware/${firmwareIds.verified}`)
  await expect(page.getByRole('button', { name: 'Delete' })).toHaveAccessibleDescription(
    '2 unfinished jobs use this firmware. End them first.',
  )
})

test('an operator deletes firmware after reading what it affects', async ({ page }) => {
  await open(page, `/orgs/hdb/firmware/${firmwareIds.notVerified}`)
  await page.getByRole('button', { name: 'Delete' }).click()
  const dialog = page.getByRole('dialog', { name: 'Delete meter-fw-1.6 1.6.0?' })
  await expect(dialog).toContainText('This cannot be undone.')
  await dialog.getByRole('button', { name: 'Delete' }).click()
  await expectToast(page, 'meter-fw-1.6 1.6.0 is deleted')
  await expect(rowOf(page, 'meter-fw-1.5')).toBeVisible()
  await expect(rowOf(page, 'meter-fw-1.6')).toHaveCount(0)
})

test('an operator may download a firmware file', async ({ page }) => {
  // the browser takes downloads past the service worker of the mock: that they work is shown against the service
  await open(page, `/orgs/hdb/firmware/${firmwareIds.verified}`)
  await expect(page.getByRole('link', { name: 'Download' })).toHaveAttribute(
    'href',
    `/api/orgs/hdb/firmware/${firmwareIds.verified}/file`,
  )
})

test.describe('a platform administrator', () => {
  test.use({ as: 'platformAdmin' })

  test('creates an organisation', async ({ page }) => {
    await open(page, '/orgs')
    await page.getByRole('button', { name: 'New organisation' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('Land Transport Authority')
    await dialog.getByRole('textbox', { name: 'Short name' }).fill('lta')
    await dialog.getByRole('button', { name: 'Create organisation' }).click()
    await expect(page.getByText('Land Transport Authority').first()).toBeVisible()
  })
})
