import { expect, open, test } from './support/test.ts'

// what a page has fetched once it does not fetch again
test.use({ ownPage: true })

test('an operator who loses the connection keeps the page, and goes on by itself when it is back', async ({ page }) => {
  await open(page, '/orgs/hdb/products?dialog=create')
  await page.getByRole('textbox', { name: 'Name' }).fill('Water meter')
  await page.context().setOffline(true)
  await page.keyboard.press('Control+k')
  await expect(page.getByRole('alert')).toContainText('Cannot reach the server.')
  await page.getByRole('alert').getByRole('button', { name: 'Close' }).click()
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('Water meter')

  await page.keyboard.press('Escape')
  await page.getByRole('link', { name: 'Devices', exact: true }).click()
  await expect(page.getByRole('heading', { name: 'Could not load this page' })).toBeVisible()
  await page.context().setOffline(false)
  await expect(page.getByRole('table', { name: 'Devices' })).toBeVisible()
})
