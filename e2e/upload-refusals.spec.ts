import type { Locator, Page } from 'playwright/test'

import { limits } from '#mock-api/limits.ts'
import { sentinel } from '#mock-api/sentinel.ts'
import { fileRefusals } from '#mock-api/words.ts'

import { binaryFile, chooseFile, emptyFile, sparseFile, textFile } from './support/files.ts'
import { choose, expect, open, test } from './support/test.ts'

const check = (page: Page, label: string): Locator =>
  page.getByRole('list', { name: 'Checks' }).getByRole('listitem').filter({ hasText: label })

test.beforeEach(async ({ page }) => {
  await open(page, '/orgs/hdb/firmware/new')
})

/** Chooses a good file, fills the form and sends it. */
async function send(page: Page, fileName: string, n: number): Promise<void> {
  await chooseFile(page, binaryFile(fileName, n))
  await choose(page, 'Product', /HDB Current Meter/)
  await page.getByRole('textbox', { name: 'Name' }).fill(`firmware-${n}`)
  await page.getByRole('textbox', { name: 'Version' }).fill(`9.${n}.0`)
  await expect(page.getByRole('status').filter({ hasText: 'All checks are done' })).toBeAttached()
  await page.getByRole('button', { name: 'Upload', exact: true }).click()
}

test('a text file under a .bin name is refused beside the file, and nothing can be uploaded', async ({ page }) => {
  await chooseFile(page, textFile('firmware.bin', '#!/bin/sh\necho "this is no firmware"\n'.repeat(50)))
  await expect(check(page, 'Kind')).toContainText(fileRefusals.text().title)
  await expect(page.getByRole('button', { name: 'Upload', exact: true })).toHaveCount(0)
})

test('an Intel HEX file is refused with the command that converts it', async ({ page }) => {
  await chooseFile(page, textFile('firmware.hex', ':10010000214601360121470136007EFE09D2190140\n'.repeat(20)))
  await expect(check(page, 'Kind')).toContainText('objcopy -I ihex -O binary')
})

test('an empty file is refused beside the file', async ({ page }) => {
  await chooseFile(page, emptyFile('empty.bin'))
  await expect(check(page, 'Size')).toContainText(fileRefusals.empty().title)
})

test('a file of 104,857,601 bytes is refused beside the file', async ({ page }, info) => {
  await chooseFile(page, sparseFile(info.outputPath('large.bin'), 104_857_601))
  await expect(check(page, 'Size')).toContainText(fileRefusals.tooLarge(limits.firmwareMaxBytes).title)
})

test('another file can be chosen after a refusal', async ({ page }) => {
  await chooseFile(page, emptyFile('empty.bin'))
  await page.getByRole('button', { name: 'Choose another file' }).click()
  await chooseFile(page, binaryFile('good-1.0.0.bin', 31))
  await expect(check(page, 'Kind')).toContainText('Binary')
})

test('the same bytes are recognised, and the page says where they are', async ({ page }) => {
  // the seeded firmware of 4,096 bytes
  await chooseFile(page, binaryFile('renamed.bin', 2, 4_096))
  await expect(check(page, 'New here')).toContainText('The same bytes are already here as meter-fw-1.6 1.6.0')
})

test('a file that changes on its way is refused in the server’s words, and can be sent again', async ({ page }) => {
  await send(page, sentinel.corruptedFile, 32)
  await expect(page.getByRole('alert')).toContainText(fileRefusals.digestDiffers('SHA-256').title)
  await expect(page.getByRole('button', { name: 'Upload', exact: true })).toBeEnabled()
})

test('a full disk is told in the server’s words', async ({ page }) => {
  await send(page, sentinel.diskFullFile, 33)
  await expect(page.getByRole('alert')).toContainText(fileRefusals.diskFull().title)
})

test('an upload that is cut in the middle goes on where it stopped', async ({ page }) => {
  await send(page, sentinel.cutFile, 34)
  await expect(page.getByRole('heading', { name: 'firmware-34 | 9.34.0' })).toBeVisible()
})

test('a version that is taken is refused beside its field, and nothing else is lost', async ({ page }) => {
  await chooseFile(page, binaryFile('meter.bin', 35))
  await choose(page, 'Product', /HDB Current Meter/)
  await page.getByRole('textbox', { name: 'Name' }).fill('taken')
  const version = page.getByRole('textbox', { name: 'Version' })
  // of a firmware that is deleted: no list has it, only the server knows
  await version.fill('1.3.0')
  await page.getByRole('button', { name: 'Upload', exact: true }).click()
  await expect(version).toHaveAccessibleDescription(/This product already has a firmware of version 1.3.0/)
  await expect(version).toBeFocused()
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveValue('taken')
})

test('a form that is not complete says so beside its fields before anything is sent', async ({ page }) => {
  await chooseFile(page, binaryFile('x.bin', 36))
  await page.getByRole('textbox', { name: 'Name' }).fill('')
  await page.getByRole('textbox', { name: 'Version' }).fill('not a version')
  await expect(page.getByRole('status').filter({ hasText: 'All checks are done' })).toBeAttached()
  await page.getByRole('button', { name: 'Upload', exact: true }).click()
  await expect(page.getByRole('textbox', { name: 'Name' })).toHaveAccessibleDescription(/Give the firmware a name/)
  await expect(page.getByRole('textbox', { name: 'Version' })).toHaveAccessibleDescription(/Use 1 to 64 letters/)
})

test('leaving with a chosen file asks first', async ({ page }) => {
  await chooseFile(page, binaryFile('kept.bin', 37))
  // nobody leaves before they see it: until then there is nothing to lose
  await expect(check(page, 'Name')).toContainText('kept.bin')
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Devices' }).click()
  const dialog = page.getByRole('dialog', { name: 'Leave this page?' })
  await dialog.getByRole('button', { name: 'Stay' }).click()
  await expect(check(page, 'Name')).toContainText('kept.bin')
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'Devices' }).click()
  await dialog.getByRole('button', { name: 'Leave' }).click()
  await expect(page.getByRole('heading', { name: 'Devices', level: 1 })).toBeVisible()
})
