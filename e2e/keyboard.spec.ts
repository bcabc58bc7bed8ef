import type { Locator, Page } from 'playwright/test'

import { PASSWORD, people } from '#mock-api/seed/people.ts'
import { rolloutIds } from '#mock-api/seed/rollout-plans.ts'

import { binaryFile } from './support/files.ts'
import { expect, open, passTime, test } from './support/test.ts'

/** More stops than any page has: whoever comes round twice has not found it. */
const MOST_STOPS = 150

const has = async (target: Locator) =>
  (await target.count()) === 1 && (await target.evaluate((element) => element === document.activeElement))

/** Goes on with Tab until the focus is there. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible()
  for (let stop = 0; stop < MOST_STOPS; stop += 1) {
    if (await has(target)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab does not reach ${target.toString()}`)
}

async function press(page: Page, target: Locator, key: 'Enter' | 'Space' = 'Enter'): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press(key)
}

async function type(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press('ControlOrMeta+a')
  await page.keyboard.type(text)
}

/** Opens a list of choices and goes down to one of them. */
async function pick(page: Page, label: string, option: RegExp | string): Promise<void> {
  await tabTo(page, page.getByRole('combobox', { name: label }))
  await page.keyboard.press('ArrowDown')
  const wanted = page.getByRole('option', { name: option })
  await expect(wanted).toBeVisible()
  for (let n = 0; n < 20 && (await wanted.getAttribute('data-combobox-selected')) === null; n += 1)
    await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
}

const go = (page: Page, name: string) =>
  press(page, page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name }))

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: true })
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true })
const field = (page: Page, name: string) => page.getByRole('textbox', { name, exact: true })

test.use({ as: null })

test('an operator does a whole rollout without a pointer: from sign-in to the retry of what failed', async ({
  page,
}) => {
  test.setTimeout(180_000)

  await test.step('signs in', async () => {
    await open(page, '/sign-in')
    await type(page, field(page, 'Email'), people.operator.email)
    await type(page, page.getByLabel('Password', { exact: true }), PASSWORD)
    await page.keyboard.press('Enter')
    await press(page, link(page, 'Housing & Development Board'))
    await expect(page.getByRole('navigation', { name: 'Main' })).toBeVisible()
  })

  await test.step('uploads firmware', async () => {
    await go(page, 'Firmware')
    await press(page, link(page, 'Upload firmware'))
    const chooser = page.waitForEvent('filechooser')
    await press(page, button(page, 'Choose file'))
    await (await chooser).setFiles(binaryFile('fan-fw-4.0.0.bin', 81))
    await expect(page.getByRole('status').filter({ hasText: 'All checks are done' })).toBeAttached()
    await pick(page, 'Product', /HDB Current Meter/)
    await press(page, button(page, 'Upload'))
    await expect(page.getByRole('heading', { name: 'fan-fw | 4.0.0' })).toBeVisible()
  })

  await test.step('verifies it on one device', async () => {
    await press(page, link(page, 'Verify'))
    await type(page, page.getByRole('combobox', { name: 'Devices', exact: true }), 'meter-001')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('status', { name: 'Matching devices' })).toContainText('1 device matches')
    await press(page, button(page, 'Save and start'))
    await expect(page.getByRole('tab', { name: /Upgrade Successful \(1\)/ })).toBeVisible({ timeout: 20_000 })
  })

  await test.step('writes a policy', async () => {
    await go(page, 'Upgrade Policies')
    await press(page, link(page, 'New policy'))
    await type(page, field(page, 'Name'), 'By hand')
    await press(page, page.getByRole('switch', { name: 'In waves' }), 'Space')
    await expect(page.getByRole('list', { name: 'Waves' }).getByRole('listitem')).toHaveCount(2)
    await press(page, page.getByRole('switch', { name: 'In waves' }), 'Space')
    await press(page, page.getByRole('switch', { name: 'Halt when too many fail' }), 'Space')
    await press(page, page.getByRole('radio', { name: 'it reports the new version' }), 'Space')
    await press(page, button(page, 'Save policy'))
    await expect(page.getByRole('heading', { name: 'By hand', level: 1 })).toBeVisible()
  })

  await test.step('rolls it out by that policy', async () => {
    await go(page, 'Firmware')
    await press(page, link(page, 'fan-fw'))
    await press(page, link(page, 'Upgrade'))
    await type(page, field(page, 'Device keys'), 'fails-download-001 meter-011 ')
    await expect(page.getByRole('status', { name: 'Matching devices' })).toContainText('2 devices match')
    await pick(page, 'Upgrade policy', 'By hand')
    await expect(page.getByText('The job takes a copy')).toBeVisible()
    await press(page, button(page, 'Save and start'))
    await expect(page.getByRole('tab', { name: /Upgrade Failed \(1\)/ })).toBeVisible({ timeout: 20_000 })
  })

  await test.step('looks at what failed, and sends it round again', async () => {
    const failed = page.getByRole('tab', { name: /Upgrade Failed/ })
    await tabTo(page, page.getByRole('tab', { selected: true }))
    for (let n = 0; n < 6 && !(await has(failed)); n += 1) await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await expect(page.getByRole('rowheader', { name: 'fails-download-001' })).toBeVisible()
    await press(page, button(page, /Retry all 1/))
    const dialog = page.getByRole('dialog')
    await press(page, dialog.getByRole('button', { name: /Retry all 1/ }))
    await expect(dialog).toBeHidden()
    // it settles first, for the last attempt may still be at work
    await passTime(page, 61)
    await expect(page.getByRole('tab', { name: /Upgrade Successful \(2\)/ })).toBeVisible({ timeout: 20_000 })
  })
})

test.describe('an approver', () => {
  test.use({ as: 'approver' })

  test('who approves by keyboard keeps their place, though the button that they pressed has gone', async ({ page }) => {
    await open(page, `/orgs/hdb/jobs/${rolloutIds.awaitingApproval}`)
    const approve = button(page, 'Approve')
    await approve.press('Enter')
    await page.getByRole('dialog').getByRole('button', { name: 'Approve' }).press('Enter')
    await expect(approve).toHaveCount(0)
    await expect.poll(() => page.evaluate(() => document.activeElement?.closest('#main') !== null)).toBe(true)
  })
})

test.describe('an operator with a narrow window', () => {
  test.use({ as: 'operator' })

  test('who goes backwards through a page sees every stop, and none behind the header', async ({ page }) => {
    await page.setViewportSize({ width: 320, height: 256 })
    await open(page, '/orgs/hdb/firmware')
    await expect(page.getByRole('table', { name: 'Firmware' })).toBeVisible()
    const edge = await page.getByRole('banner').evaluate((header) => header.getBoundingClientRect().bottom)
    await page.getByRole('link', { name: 'pump-fw-1.7' }).focus()
    const seen = new Set<string | null>()
    for (let stop = 0; stop < MOST_STOPS && !seen.has('Search by firmware name'); stop += 1) {
      await page.keyboard.press('Shift+Tab')
      const { what, top, isSeen } = await page.locator(':focus').evaluate((element) => ({
        what: element.ariaLabel ?? element.textContent,
        top: element.getBoundingClientRect().top,
        // a field shows it by its border and by what blinks in it
        isSeen: element.matches('input') || getComputedStyle(element).outlineStyle !== 'none',
      }))
      expect(top, what).toBeGreaterThanOrEqual(edge)
      expect(isSeen, `${what} shows the focus`).toBe(true)
      seen.add(what)
    }
    expect(seen).toContain('Firmware (scrolls sideways)')
  })
})
