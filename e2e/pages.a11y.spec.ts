import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright/test'

import { PAGES } from './support/pages.ts'
import { expect, test } from './support/test.ts'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']

/**
 * No frame of ours is foreign, so axe need not open a page of its own for its last step. The rows of a table come from
 * one piece of code: the first ones speak for fifty, which would take axe longer than everything else together.
 */
const axe = (page: Page) => new AxeBuilder({ page }).setLegacyMode().exclude('tbody > tr:nth-child(n + 8)')

async function findingsOf(builder: AxeBuilder): Promise<string[]> {
  const { violations } = await builder.analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}

/** What has to be moved sideways to be read, besides tables in their own frames. */
const sidewaysOf = (page: Page): Promise<string[]> =>
  page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((element) => {
        const { overflowX } = getComputedStyle(element)
        const scrolls = overflowX === 'auto' || overflowX === 'scroll'
        return scrolls && element.scrollWidth > element.clientWidth + 1 && !element.matches('[aria-label*="(scrolls"]')
      })
      .map((element) => `${element.tagName} ${element.className}`),
  )

const widthOf = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth)

// one visit for all three: loading the page takes longer than looking at it
for (const { what, path, as = 'operator', ready } of PAGES) {
  test.describe(() => {
    test.use({ as })

    test(`everyone can use ${what}, in light and dark and on a screen of 320 pixels`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: 'light' })
      await page.goto(path)
      await ready(page)
      expect(await findingsOf(axe(page).withTags(TAGS)), 'light').toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
      // of all the rules only this one asks for colours
      expect(await findingsOf(axe(page).withRules('color-contrast')), 'dark').toEqual([])
      await page.setViewportSize({ width: 320, height: 640 })
      await expect.poll(() => widthOf(page), 'nothing runs off the page').toBeLessThanOrEqual(320)
      expect(await sidewaysOf(page), 'nothing but tables is moved sideways').toEqual([])
    })
  })
}
