import { randomBytes } from 'node:crypto'
import { writeFileSync } from 'node:fs'

import type { Page, TestInfo } from 'playwright/test'

import type { Line } from './line.ts'
import { expect, test } from './world.ts'

const SIZE = 10 * 1024 * 1024
const CUT_AT = 0.6 * SIZE
/** Headers, and what else the page says to the service meanwhile. */
const TALK = 512 * 1024
const PATIENT = { timeout: 60_000 }

// a browser says every cut on its console
test.use({ losesItsLine: true })

/** From where on bytes were sent, request by request. */
function offsetsOf(page: Page): number[] {
  const offsets: number[] = []
  page.on('request', (request) => {
    if (request.method() === 'PATCH') offsets.push(Number(request.headers()['upload-offset']))
  })
  return offsets
}

/** A file on disk, as a person has one: bytes of the test's own would go to the browser as text first. */
function fileOf(test: TestInfo, name: string, version: string): string {
  const file = test.outputPath(`${name}-${version}.bin`)
  writeFileSync(file, randomBytes(SIZE))
  return file
}

/** Chooses the file, fills in what is left, and sends it until the line is cut. */
async function sendUntilCut(page: Page, line: Line, file: string): Promise<void> {
  await page.goto(`${line.url}/orgs/agency/firmware/new`)
  await page.getByLabel('Firmware file').setInputFiles(file)
  // the only product is chosen already
  await expect(page.getByRole('combobox', { name: 'Product' })).toHaveValue(/^Meter/)
  await page.getByRole('textbox', { name: 'Release notes' }).fill('Sent in two parts.')
  await expect(page.getByRole('status').filter({ hasText: 'All checks are done' })).toBeAttached(PATIENT)
  line.cutAfter(CUT_AT)
  await page.getByRole('button', { name: 'Upload', exact: true }).click()
  await expect(page.getByText(/Connection lost at .* Trying again/)).toBeVisible(PATIENT)
  expect(line.isCut()).toBe(true)
}

/** What went up since counting began is what was left, and no more. */
function expectOnlyTheRest(line: Line, offsets: readonly number[]): void {
  const [from = 0] = offsets
  expect(from).toBeGreaterThan(CUT_AT - 2 * TALK)
  expect(from).toBeLessThanOrEqual(CUT_AT)
  expect(line.sentBytes()).toBeLessThan(SIZE - from + TALK)
}

test('an upload that is cut at 60 % goes on from there when the line is back', async ({
  page,
  line,
  signedIn: _,
}, info) => {
  test.setTimeout(180_000)
  await sendUntilCut(page, line, fileOf(info, 'cut-fw', '7.0.0'))
  const offsets = offsetsOf(page)
  line.count()
  line.mend()
  await expect(page.getByRole('heading', { level: 1, name: 'cut-fw | 7.0.0' })).toBeVisible(PATIENT)
  // refused attempts while the line was down carry no offset of their own: the first one asks the server
  expectOnlyTheRest(line, offsets)
})

test('an upload that a reload ends at 60 % goes on from there with the same file', async ({
  page,
  line,
  signedIn: _,
}, info) => {
  test.setTimeout(180_000)
  const file = fileOf(info, 'reload-fw', '7.1.0')
  await sendUntilCut(page, line, file)
  await page.getByRole('button', { name: 'Pause' }).click()
  line.mend()
  await page.reload()
  await page.getByLabel('Firmware file').setInputFiles(file)
  await expect(page.getByRole('list', { name: 'Checks' })).toContainText('are on the server already', PATIENT)
  await page.getByRole('status', { name: 'Draft' }).getByRole('button', { name: 'Take it back' }).click()
  const offsets = offsetsOf(page)
  line.count()
  await page.getByRole('button', { name: 'Resume upload' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'reload-fw | 7.1.0' })).toBeVisible(PATIENT)
  expectOnlyTheRest(line, offsets)
})
