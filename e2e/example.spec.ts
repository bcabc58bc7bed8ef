import { expect, open, rowOf, test } from './support/test.ts'

test('an operator opens a device from a search', async ({ page }) => {
  await open(page, '/orgs/hdb/devices?q=meter-00')
  await rowOf(page, 'meter-007').getByRole('link').click()
  await expect(page.getByRole('heading', { name: 'meter-007', level: 1 })).toBeVisible()
})

test.describe('a viewer', () => {
  test.use({ as: 'viewer' })

  test('sees the same device, and why they cannot disable it', async ({ page }) => {
    await open(page, '/orgs/hdb/devices?q=meter-007')
    await rowOf(page, 'meter-007').getByRole('link').click()
    const disable = page.getByRole('button', { name: 'Disable' })
    await expect(disable).toHaveAccessibleDescription(/may not change devices and products/)
  })
})
