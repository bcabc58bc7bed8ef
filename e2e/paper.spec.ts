import { rolloutIds } from '#mock-api/seed/rollout-plans.ts'

import { expect, test } from './support/test.ts'

/** A4 across, less its margins, CSS pixels. */
const LANDSCAPE = { width: 1047, height: 718 }

test('a support officer prints a job: all of the paper is used, and the list says how much of it is shown', async ({
  page,
}) => {
  await page.goto(`/orgs/hdb/jobs/${rolloutIds.allGood}?tab=succeeded`)
  await expect(page.getByRole('table', { name: 'Upgrade Successful' })).toBeVisible()
  await page.setViewportSize(LANDSCAPE)
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden()
  await expect.poll(async () => (await page.getByRole('main').boundingBox())?.x).toBe(0)
  await expect(page.getByText(/^50 of \d+ devices$/)).toBeVisible()
  await expect(page.getByRole('button', { name: 'Next' })).toBeHidden()
})
