import type { Page } from 'playwright/test'

import { jobIds } from '#mock-api/seed/jobs.ts'

import { expect, open, rowOf, test } from './support/test.ts'

const DEVICES = 60
const PER_SECOND = 50
/** Changes that have to arrive while something is held. */
const MANY = 50
/** A row in the middle of the page, so that there is something above and below it. */
const KEY = 'crowd-0040'

/** Puts devices on the page that report progress, one after the other, so many a second. */
async function openCrowd(page: Page): Promise<void> {
  await open(page, `/orgs/hdb/jobs/${jobIds.started}?tab=upgrading&limit=100`)
  await expect(rowOf(page, 'stalls-001')).toBeVisible()
  const address = `/mock/crowd?job=${jobIds.started}&devices=${DEVICES}&perSecond=${PER_SECOND}`
  await page.evaluate((to) => fetch(to, { method: 'POST' }).then(({ ok }) => ok), address)
  await expect(rowOf(page, KEY)).toContainText(/Step \d+/)
}

/** Number of the latest report that is on screen: each report is the change of one row. */
const latest = (page: Page): Promise<number> =>
  page
    .getByRole('row')
    .allTextContents()
    .then((rows) => Math.max(0, ...rows.map((row) => Number(/Step (\d+)/.exec(row)?.[1] ?? 0))))

async function manyChanges(page: Page): Promise<void> {
  const seen = await latest(page)
  await expect.poll(() => latest(page), { timeout: 30_000 }).toBeGreaterThan(seen + MANY)
}

const whereIs = (page: Page) =>
  rowOf(page, KEY).evaluate((row) => ({ scrolledPx: window.scrollY, topPx: row.getBoundingClientRect().top }))

test('rows that change 50 times a second take nothing out of an operator’s hands', async ({ page }) => {
  await openCrowd(page)
  const row = rowOf(page, KEY)

  await test.step('a choice, the focus on a cell and the scroll position stay', async () => {
    const chosen = [row.getByRole('checkbox'), rowOf(page, 'crowd-0041').getByRole('checkbox')]
    for (const box of chosen) await box.check()
    await row.getByRole('button', { name: KEY, exact: true }).focus()
    await row.evaluate((element) => element.scrollIntoView({ block: 'center' }))
    const before = await whereIs(page)
    expect(before.scrolledPx).toBeGreaterThan(0)
    await manyChanges(page)
    for (const box of chosen) await expect(box).toBeChecked()
    await expect(row.getByRole('button', { name: KEY, exact: true })).toBeFocused()
    expect(await whereIs(page)).toEqual(before)
  })

  await test.step('an open menu stays, and so does the place in it', async () => {
    await row.getByRole('button', { name: `Actions for ${KEY}` }).click()
    await page.keyboard.press('ArrowDown')
    const item = page.getByRole('menuitem', { name: 'Open device' })
    await item.focus()
    const before = await whereIs(page)
    await manyChanges(page)
    await expect(item).toBeFocused()
    expect(await whereIs(page)).toEqual(before)
    await page.keyboard.press('Escape')
    await expect(item).toBeHidden()
    await expect(row.getByRole('button', { name: `Actions for ${KEY}` })).toBeFocused()
  })

  await test.step('marked words stay marked', async () => {
    await row.getByRole('cell', { name: '1.4.0', exact: true }).selectText()
    await manyChanges(page)
    expect(await page.evaluate(() => getSelection()?.toString().trim())).toBe('1.4.0')
  })

  await test.step('words that are being typed stay, and so does the place in them', async () => {
    const search = page.getByRole('searchbox', { name: 'Search by device key' })
    await search.fill('crowd-004')
    await search.press('ArrowLeft')
    await expect(rowOf(page, 'crowd-0039')).toHaveCount(0)
    await manyChanges(page)
    await expect(search).toBeFocused()
    await expect(search).toHaveValue('crowd-004')
    expect(await search.evaluate((box: HTMLInputElement) => box.selectionStart)).toBe('crowd-00'.length)
    await search.press('Delete')
    await search.press('3')
    await expect(search).toHaveValue('crowd-003')
    await expect(rowOf(page, 'crowd-0039')).toBeVisible()
  })
})
