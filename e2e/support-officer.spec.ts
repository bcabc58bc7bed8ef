import { limits } from '#mock-api/limits.ts'
import { PASSWORD, people } from '#mock-api/seed/people.ts'
import { rolloutIds } from '#mock-api/seed/rollout-plans.ts'
import { missingRight } from '#mock-api/words.ts'

import { expect, open, rowOf, test } from './support/test.ts'

/** A4 across, less its margins, CSS pixels. */
const LANDSCAPE = { width: 1047, height: 718 }

test.describe('a support officer', () => {
  test.use({ as: null })

  test('follows the link of an agency to a halted job, and sees what is wrong, where, and who may go on', async ({
    page,
  }) => {
    await open(page, `/orgs/hdb/jobs/${rolloutIds.halted}?tab=failed`)
    await page.getByRole('textbox', { name: 'Email' }).fill(people.support.email)
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await page.getByRole('button', { name: 'Sign in' }).click()

    await test.step('why it stands still, and that it is not theirs to resume', async () => {
      const halted = page.getByRole('alert').filter({ hasText: 'The job is halted' })
      await expect(halted).toContainText(/\d+ of \d+ devices failed; the job halts at more than 20 %/)
      const withoutRight = missingRight('job.write', limits.contact)
      await expect(halted.getByRole('button', { name: 'Resume' })).toHaveAccessibleDescription(withoutRight)
    })

    await test.step('what kinds of failure there are, and the devices of one', async () => {
      const kinds = page.getByRole('table', { name: 'Failures by kind' })
      await rowOf(kinds, 'Fell back to the old version').getByRole('link', { name: '1' }).click()
      await expect(page).toHaveURL(/failure=/)
      await expect(page.getByRole('table', { name: 'Upgrade Failed' }).getByRole('rowheader')).toHaveCount(1)
    })

    await test.step('what happened to one of them', async () => {
      await page.getByRole('table', { name: 'Upgrade Failed' }).getByRole('rowheader').getByRole('button').click()
      const device = page.getByRole('dialog', { name: /^pump-/ })
      await expect(device.getByText('The device restarted and fell back to its old version.')).toBeVisible()
      await expect(device.getByText('Version before', { exact: true })).toBeVisible()
      await device.getByRole('link', { name: 'Open device' }).click()
      await expect(page.getByRole('heading', { level: 1, name: /^pump-/ })).toBeVisible()
      await expect(page.getByRole('region', { name: 'Why not updated?' })).toBeVisible()
    })
  })
})

test.describe('a support officer who is signed in', () => {
  test.use({ as: 'support' })

  test('prints a job: all of the paper is used, and the list says how much of it is shown', async ({ page }) => {
    await open(page, `/orgs/hdb/jobs/${rolloutIds.allGood}?tab=succeeded`)
    await expect(page.getByRole('table', { name: 'Upgrade Successful' })).toBeVisible()
    await page.setViewportSize(LANDSCAPE)
    await page.emulateMedia({ media: 'print' })
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeHidden()
    await expect.poll(async () => (await page.getByRole('main').boundingBox())?.x).toBe(0)
    await expect(page.getByText(/^50 of \d+ devices$/)).toBeVisible()
    await expect(page.getByRole('button', { name: 'Next' })).toBeHidden()
  })
})
