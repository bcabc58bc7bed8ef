import { firmwareIds } from '#mock-api/seed/firmware.ts'
import { sentinel } from '#mock-api/sentinel.ts'

import { expect, expectToast, open, test } from './support/test.ts'

const PATH = `/orgs/hdb/firmware/${firmwareIds.notVerified}`

test('an operator writes what is new in a firmware, and tags it', async ({ page }) => {
  await open(page, PATH)
  await page.getByRole('button', { name: 'Edit' }).click()
  await page.getByRole('textbox', { name: 'Release notes' }).fill('Reads the meter once a minute.')
  await page.getByRole('button', { name: 'Add a tag' }).click()
  const key = page.getByRole('textbox', { name: 'Tag 1, key' })
  await key.fill('not a key')
  await expect(key).toHaveAccessibleDescription(/Tag keys have 1 to 50 letters/)
  await key.fill('branch')
  await page.getByRole('textbox', { name: 'Tag 1, value' }).fill('main')
  await page.getByRole('button', { name: 'Save' }).click()
  await expectToast(page, 'meter-fw-1.6 1.6.0 is saved')
  await expect(page.getByText('Reads the meter once a minute.')).toBeVisible()
  await expect(page.getByRole('definition').filter({ hasText: 'main' })).toBeVisible()
})

test('an operator who was overtaken by somebody else decides whose text stays', async ({ page }) => {
  await open(page, `${PATH}?dialog=edit`)
  const description = page.getByRole('textbox', { name: 'Description' })
  await description.fill(sentinel.stale)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('alert')).toContainText('Someone else changed this in the meantime.')
  await expect(description).toHaveValue(sentinel.stale)
  await page.getByRole('button', { name: /Show the newer version/ }).click()
  await expect(description).toHaveCount(0)
  await expect(page.getByText('Firmware 1.6.0')).toBeVisible()
})

test('leaving a text that is not saved asks first', async ({ page }) => {
  await open(page, `${PATH}?dialog=edit`)
  await page.getByRole('textbox', { name: 'Description' }).fill('half a sen')
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Devices' }).click()
  await page.getByRole('dialog', { name: 'Leave this page?' }).getByRole('button', { name: 'Stay' }).click()
  await expect(page.getByRole('textbox', { name: 'Description' })).toHaveValue('half a sen')
})

test('an operator reads how far a firmware has come', async ({ page }) => {
  await open(page, `/orgs/hdb/firmware/${firmwareIds.light22}`)
  const versions = page.getByRole('list', { name: 'Devices by version' })
  await expect(versions.getByRole('listitem').filter({ hasText: '2.2.0 (this one)' })).toBeVisible()
  await versions.getByRole('link', { name: '2.1.0' }).click()
  await expect(page).toHaveURL(/product=HDBCorridorLight&version=2\.1\.0/)
})
