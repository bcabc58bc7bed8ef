import { jobIds } from '#mock-api/seed/jobs.ts'

import { choose, expect, expectToast, open, test } from './support/test.ts'

test('an operator finds who stopped a job, and a link to that shows the same', async ({ page }) => {
  await open(page, `/orgs/hdb/jobs/${jobIds.started}`)
  await page.getByRole('button', { name: 'Stop' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Stop' }).click()
  await expectToast(page, /is stopped/)
  await page.getByRole('link', { name: 'Activity' }).click()
  await choose(page, 'Act', 'Job stopped')
  const rows = page.getByRole('table', { name: 'Activity' }).getByRole('row')
  const newest = rows.filter({ hasText: 'night-rollout' }).filter({ hasText: 'stopped' })
  await expect(newest).toContainText('Omar Tan')
  await expect(rows.filter({ hasText: 'created' })).toHaveCount(0)
  await expect(page).toHaveURL(/action=job\.stopped/)
  await newest.getByRole('link', { name: 'Job' }).click()
  await expect(page).toHaveURL(new RegExp(jobIds.started))
})

test('an operator narrows the activity to one thing and exports the same', async ({ page }) => {
  await open(page, '/orgs/hdb/activity')
  await page.getByRole('button', { name: 'Only this job' }).first().click()
  await expect(page).toHaveURL(/object=/)
  const object = new URL(page.url()).searchParams.get('object') ?? ''
  // the browser takes downloads past the service worker of the mock: that they work is shown against the service
  await expect(page.getByRole('link', { name: 'Export as CSV' })).toHaveAttribute(
    'href',
    `/api/orgs/hdb/activity.csv?object=${object}`,
  )
  await page.getByRole('button', { name: 'All objects' }).click()
  await expect(page).not.toHaveURL(/object=/)
})

test('an operator who asks for another time is told that nothing matches', async ({ page }) => {
  await open(page, '/orgs/hdb/activity?from=2099-01-01T00:00:00.000Z')
  await expect(page.getByText('Nothing matches')).toBeVisible()
})
