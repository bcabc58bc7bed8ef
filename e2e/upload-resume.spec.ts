import type { Page } from 'playwright/test'

import { PASSWORD } from '#mock-api/seed/people.ts'
import { sentinel } from '#mock-api/sentinel.ts'

import { binaryFile, chooseFile, textFile } from './support/files.ts'
import { choose, expect, expectToast, open, test } from './support/test.ts'

const SIZE = 1_000_000
const file = binaryFile(sentinel.deadLineFile, 61, SIZE)
const upload = (page: Page) => page.getByRole('progressbar', { name: 'Upload' })

/** From where on bytes were sent, request by request. */
function offsetsOf(page: Page): number[] {
  const offsets: number[] = []
  page.on('request', (request) => {
    if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']))
  })
  return offsets
}

test.beforeEach(async ({ page }) => {
  await open(page, '/orgs/hdb/firmware/new')
})

test('after a reload the file is chosen again, recognised, and sent from where it stopped', async ({ page }) => {
  await chooseFile(page, file)
  await choose(page, 'Product', /HDB Current Meter/)
  await page.getByRole('textbox', { name: 'Name' }).fill('kept-on')
  await page.getByRole('textbox', { name: 'Version' }).fill('6.1.0')
  await page.getByRole('button', { name: 'Upload', exact: true }).click()
  await expect(page.getByText(/Connection lost at .* Trying again/)).toBeVisible()

  await page.reload()
  const offsets = offsetsOf(page)
  await chooseFile(page, file)
  const checks = page.getByRole('list', { name: 'Checks' })
  await expect(checks).toContainText('585.9 kB of 976.6 kB are on the server already')
  const draft = page.getByRole('status', { name: 'Draft' })
  await draft.getByRole('button', { name: 'Take it back' }).click()
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('kept-on')
  await page.getByRole('button', { name: 'Resume upload' }).click()
  await expectToast(page, 'kept-on 6.1.0 is uploaded')
  expect(offsets).toEqual([SIZE * 0.6])
})

test('a pause holds the upload until it is resumed, and a cancelled one begins anew', async ({ page }) => {
  await chooseFile(page, file)
  await choose(page, 'Product', /HDB Current Meter/)
  await page.getByRole('textbox', { name: 'Version' }).fill('6.1.1')
  await page.getByRole('button', { name: 'Upload', exact: true }).click()
  await expect(page.getByText(/Connection lost/)).toBeVisible()
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByText(/^Paused at/)).toBeVisible()
  await expect(upload(page)).toHaveAttribute('aria-valuenow', '60')
  await page.getByRole('button', { name: 'Resume', exact: true }).click()
  await expect(page.getByText(/Connection lost/)).toBeVisible()
  await page.getByRole('button', { name: 'Cancel upload' }).click()
  await expect(upload(page)).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Upload', exact: true })).toBeEnabled()
})

test('an upload that finds its session ended goes on where it stopped, once signed in again', async ({ page }) => {
  let begun = 0
  page.on('request', (request) => {
    if (request.method() === 'POST' && request.url().endsWith('/uploads')) begun++
  })
  await chooseFile(page, file)
  await choose(page, 'Product', /HDB Current Meter/)
  await page.getByRole('textbox', { name: 'Version' }).fill('6.1.2')
  await page.getByRole('button', { name: 'Upload', exact: true }).click()
  await expect(page.getByText(/Connection lost/)).toBeVisible()
  await page.context().clearCookies()
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
  await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await dialog.getByRole('button', { name: 'Sign in' }).click()
  await expect(dialog).toBeHidden()
  await expect(page.getByRole('alert')).toContainText('Your session had ended. The upload goes on from here')

  const offsets = offsetsOf(page)
  await page.getByRole('button', { name: 'Resume', exact: true }).click()
  await expect(page.getByText(/Connection lost/)).toBeVisible()
  expect(offsets[0]).toBe(SIZE * 0.6)
  expect(begun).toBe(1)
})

test('leaving with a refused file asks nothing, because nothing would be lost', async ({ page }) => {
  await chooseFile(page, textFile('notes.bin', 'all work and no play\n'.repeat(50)))
  await expect(page.getByRole('list', { name: 'Checks' })).toContainText('This is a text file')
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Devices' }).click()
  await expect(page.getByRole('heading', { name: 'Devices', level: 1 })).toBeVisible()
})
