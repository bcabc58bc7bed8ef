import { limits } from '#mock-api/limits.ts'
import { firmwareIds } from '#mock-api/seed/firmware.ts'
import { jobIds } from '#mock-api/seed/jobs.ts'
import { missingRight } from '#mock-api/words.ts'

import { confirm, expect, open, test } from './support/test.ts'

const without = (action: Parameters<typeof missingRight>[0]) => missingRight(action, limits.contact)

test.describe('a viewer', () => {
  test.use({ as: 'viewer' })

  test('sees firmware, and why they cannot upload', async ({ page }) => {
    await open(page, '/orgs/hdb/firmware')
    await expect(page.getByRole('table', { name: 'Firmware' })).toBeVisible()
    const upload = page.getByRole('button', { name: 'Upload firmware' })
    await expect(upload).toBeDisabled()
    await expect(upload).toHaveAccessibleDescription(without('firmware.write'))
  })

  test('is told on the upload page itself whom to ask', async ({ page }) => {
    await open(page, '/orgs/hdb/firmware/new')
    await expect(page.getByRole('alert')).toContainText(without('firmware.write'))
  })

  test('sees a firmware, and why they can neither download nor delete it', async ({ page }) => {
    await open(page, `/orgs/hdb/firmware/${firmwareIds.verified}`)
    await expect(page.getByRole('button', { name: 'Download' })).toHaveAccessibleDescription(
      without('firmware.download'),
    )
    await expect(page.getByRole('button', { name: 'Delete' })).toHaveAccessibleDescription(
      new RegExp(without('firmware.write')),
    )
  })

  test('sees a job live, and why they cannot stop it', async ({ page }) => {
    await open(page, `/orgs/hdb/jobs/${jobIds.started}`)
    await expect(page.getByRole('tab', { name: /In Progress \(2\)/ })).toBeVisible()
    await expect(page.getByRole('button', { name: 'Stop' })).toHaveAccessibleDescription(without('job.stop'))
  })

  test('reads why a control is off by pointing at it', async ({ page }) => {
    await open(page, '/orgs/hdb/devices')
    await page.getByRole('button', { name: 'New device' }).hover()
    await expect(page.getByRole('tooltip')).toHaveText(without('device.write'))
  })
})

test.describe('an approver', () => {
  test.use({ as: 'approver' })

  test('stops a job and cannot start it again', async ({ page }) => {
    await open(page, `/orgs/hdb/jobs/${jobIds.started}`)
    await confirm(page, 'Stop')
    await expect(page.getByRole('button', { name: 'Start' })).toHaveAccessibleDescription(without('job.write'))
  })
})

test.describe('a support officer', () => {
  test.use({ as: 'support' })

  test('sees every organisation and changes none', async ({ page }) => {
    await open(page, '/orgs')
    await expect(page.getByRole('rowheader', { name: 'National Environment Agency' })).toBeVisible()
    await open(page, '/orgs/nea/devices?q=gauge')
    await expect(page.getByRole('rowheader', { name: 'gauge-001' })).toBeVisible()
    await expect(page.getByRole('button', { name: 'New device' })).toHaveAccessibleDescription(without('device.write'))
  })
})

test.describe('an operator of another organisation', () => {
  test.use({ as: 'neighbour' })

  test('finds nothing at an address of this one', async ({ page }) => {
    await open(page, `/orgs/hdb/jobs/${jobIds.started}`)
    await expect(page.getByRole('heading', { level: 1 })).toContainText('This organisation does not exist')
  })
})

test.describe('someone without an organisation', () => {
  test.use({ as: 'nobody' })

  test('is told whom to ask', async ({ page }) => {
    await open(page, '/')
    await expect(page.getByRole('main')).toContainText(limits.contact)
  })
})
