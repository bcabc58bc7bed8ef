import { firmwareIds } from '#mock-api/seed/firmware.ts'
import { PASSWORD } from '#mock-api/seed/people.ts'
import { policyIds } from '#mock-api/seed/policies.ts'
import { sentinel } from '#mock-api/sentinel.ts'

import { storageOf } from './support/session.ts'
import { expect, expectToast, open, test } from './support/test.ts'

test('what was written into a policy outlives a reload, and is gone when it is saved', async ({ page }) => {
  await open(page, `/orgs/hdb/policies/${policyIds.careful}`)
  const description = page.getByRole('textbox', { name: 'Description' })
  await description.fill('Written before the reload')
  const concurrency = page.getByRole('textbox', { name: 'Devices at once' })
  await concurrency.fill('')
  await page.reload()
  const draft = page.getByRole('status', { name: 'Draft' })
  await expect(draft).toContainText('You wrote here and did not save it')
  await expect(description).not.toHaveValue('Written before the reload')
  await draft.getByRole('button', { name: 'Take it back' }).click()
  await expect(description).toHaveValue('Written before the reload')
  await expect(concurrency).toHaveValue('')
  await expect(draft).toBeHidden()
  await concurrency.fill('40')
  await page.getByRole('button', { name: 'Save policy' }).click()
  await expectToast(page, 'Careful is saved')
  await page.reload()
  await expect(page.getByRole('heading', { name: 'Careful', level: 1 })).toBeVisible()
  await expect(draft).toHaveCount(0)
})

test('a draft that is discarded is not offered again', async ({ page }) => {
  await open(page, '/orgs/hdb/policies/new')
  const name = page.getByRole('textbox', { name: 'Name' })
  await name.fill('Second thoughts')
  await page.reload()
  const draft = page.getByRole('status', { name: 'Draft' })
  await draft.getByRole('button', { name: 'Discard' }).click()
  await expect(draft).toBeHidden()
  await page.reload()
  await expect(name).toHaveValue('')
  await expect(draft).toHaveCount(0)
})

test('a session that ends while one writes loses nothing', async ({ page }) => {
  await open(page, '/orgs/hdb/policies/new')
  // as a name it ends the session on the server, once
  await page.getByRole('textbox', { name: 'Name' }).fill(sentinel.signedOut)
  await page.getByRole('textbox', { name: 'Description' }).fill('Long thought about')
  await page.getByRole('button', { name: 'Save policy' }).click()
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
  await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Sign in' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('textbox', { name: 'Description' })).toHaveValue('Long thought about')
  await page.getByRole('button', { name: 'Save policy' }).click()
  await expectToast(page, /is saved/)
})

test('a draft is shown to nobody but who wrote it', async ({ page }) => {
  await open(page, '/orgs/hdb/policies/new')
  await page.getByRole('textbox', { name: 'Name' }).fill('Mine alone')
  await page.context().addCookies(storageOf('admin').cookies)
  await page.reload()
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('')
  await expect(page.getByRole('status', { name: 'Draft' })).toHaveCount(0)
})

test('a new job is written on after a reload, down to its device keys', async ({ page }) => {
  await open(page, `/orgs/hdb/jobs/new?type=upgrade&firmware=${firmwareIds.verified}`)
  const keys = page.getByRole('textbox', { name: 'Device keys' })
  await keys.fill('meter-021\nmeter-022')
  await page.getByRole('switch', { name: 'In waves' }).click()
  await page.reload()
  await page.getByRole('status', { name: 'Draft' }).getByRole('button', { name: 'Take it back' }).click()
  await expect(keys).toHaveValue('meter-021\nmeter-022')
  await expect(page.getByRole('switch', { name: 'In waves' })).toBeChecked()
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expectToast(page, /is saved/)
})
