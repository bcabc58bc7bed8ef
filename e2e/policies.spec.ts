import { firmwareIds } from '#mock-api/seed/firmware.ts'
import { policyIds } from '#mock-api/seed/policies.ts'

import { choose, expect, expectToast, open, rowOf, test } from './support/test.ts'

test('an operator writes a policy, reads what it means and saves it', async ({ page }) => {
  await open(page, '/orgs/hdb/policies')
  await page.getByRole('link', { name: 'New policy' }).click()
  const summary = page.getByRole('status', { name: 'Summary' })
  const save = page.getByRole('button', { name: 'Save policy' })
  await save.click()
  const name = page.getByRole('textbox', { name: 'Name' })
  await expect(name).toHaveAccessibleDescription('Give the policy a name')
  await name.fill('Night shift')
  await page.getByRole('switch', { name: 'Only within a daily window' }).click()
  await page.getByLabel('Opens at').fill('01:00')
  await expect(summary).toContainText('Every day 01:00 to 05:00 Singapore time')
  await expect(page.getByRole('list', { name: 'Next openings' }).getByRole('listitem')).toHaveCount(5)
  await page.getByRole('switch', { name: 'In waves' }).click()
  await expect(summary).toContainText('5 % first')
  await page.getByRole('textbox', { name: 'Devices at once' }).fill('20000')
  await save.click()
  await expect(page.getByRole('textbox', { name: 'Devices at once' })).toHaveAccessibleDescription(/At most 10,000/)
  await page.getByRole('textbox', { name: 'Devices at once' }).fill('200')
  await save.click()
  await expectToast(page, 'Night shift is saved')
  await page.getByRole('link', { name: 'Upgrade Policies' }).first().click()
  await expect(rowOf(page, 'Night shift')).toContainText('Every day 01:00 to 05:00 Singapore time')
})

test('a policy that may be regretted says so beside its field', async ({ page }) => {
  await open(page, `/orgs/hdb/policies/${policyIds.nightly}`)
  await expect(page.getByRole('textbox', { name: 'Upgrade timeout, seconds' })).toHaveAccessibleDescription(
    /The window is shorter than the timeout/,
  )
})

test('an operator copies a policy, and is asked before leaving it unsaved', async ({ page }) => {
  await open(page, `/orgs/hdb/policies/${policyIds.careful}`)
  await page.getByRole('link', { name: 'Clone' }).click()
  const name = page.getByRole('textbox', { name: 'Name' })
  await expect(name).toHaveValue('Careful (copy)')
  await name.fill('Careful')
  await page.getByRole('button', { name: 'Save policy' }).click()
  await expect(name).toHaveAccessibleDescription('A policy named Careful already exists.')
  await page.getByRole('link', { name: 'Upgrade Policies' }).first().click()
  const question = page.getByRole('dialog', { name: 'Leave this page?' })
  await question.getByRole('button', { name: 'Leave' }).click()
  await expect(page).toHaveURL('/orgs/hdb/policies')
})

test('an operator deletes a policy after reading what that touches', async ({ page }) => {
  await open(page, `/orgs/hdb/policies/${policyIds.plain}`)
  await page.getByRole('button', { name: 'Delete' }).click()
  const question = page.getByRole('dialog', { name: 'Delete All at once?' })
  await expect(question).toContainText('New jobs can no longer choose it.')
  await question.getByRole('button', { name: 'Delete' }).click()
  await expectToast(page, 'All at once is deleted')
  await expect(rowOf(page, 'Careful')).toBeVisible()
  await expect(rowOf(page, 'All at once')).toHaveCount(0)
})

test.describe('a viewer', () => {
  test.use({ as: 'viewer' })

  test('reads a policy and is told whom to ask for more', async ({ page }) => {
    await open(page, `/orgs/hdb/policies/${policyIds.careful}`)
    await expect(page.getByRole('button', { name: 'Save policy' })).toHaveAccessibleDescription(
      /may not change upgrade policies/,
    )
  })
})

test('an operator takes a saved policy for a job, or changes it for that job alone', async ({ page }) => {
  await open(page, `/orgs/hdb/jobs/new?type=upgrade&firmware=${firmwareIds.verified}`)
  await choose(page, 'Upgrade policy', 'All at once')
  const summary = page.getByRole('note', { name: 'Summary' })
  await expect(summary).toContainText('at most 1,000 at a time')
  await expect(page.getByRole('note', { name: 'Forecast' })).toContainText('at the latest, if every device is online')
  await page.getByRole('button', { name: 'Edit for this job' }).click()
  await page.getByRole('textbox', { name: 'Devices at once' }).fill('50')
  await expect(summary).toContainText('at most 50 at a time')
  await choose(page, 'Upgrade policy', 'All at once')
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await expect(page.getByText('Cloud push, snapshot list, at most 1,000 at a time')).toBeVisible()
  await page.getByRole('link', { name: 'Upgrade Policies' }).first().click()
  await expect(rowOf(page, 'All at once').getByRole('cell', { name: '1', exact: true })).toBeVisible()
})

test('a job halts when too many fail, and an operator resumes it with a reason', async ({ page }) => {
  await open(page, `/orgs/hdb/jobs/new?type=upgrade&firmware=${firmwareIds.verified}`)
  await page
    .getByRole('textbox', { name: 'Device keys' })
    .fill('fails-download-001 fails-verification-001 fails-writing-001 meter-021')
  await page.getByRole('textbox', { name: 'of at least, results' }).fill('3')
  await page.getByRole('button', { name: 'Save and start' }).click()
  const halted = page.getByRole('alert').filter({ hasText: 'The job is halted' })
  await expect(halted).toBeVisible({ timeout: 20_000 })
  await expect(page.getByRole('table', { name: 'Failures by kind' })).toContainText('Download failed')
  await halted.getByRole('button', { name: 'Resume' }).click()
  const dialog = page.getByRole('dialog', { name: /^Resume / })
  await dialog.getByRole('textbox', { name: 'Why it may go on' }).fill('The cause is found')
  await dialog.getByRole('button', { name: 'Resume' }).click()
  await expectToast(page, /is resumed/)
  await expect(halted).toBeHidden()
  await expect(page.getByRole('table', { name: 'Timeline' })).toContainText('The cause is found')
})
