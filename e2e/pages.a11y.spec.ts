import AxeBuilder from '@axe-core/playwright'
import type { Page } from 'playwright/test'

import { PAGES } from './support/pages.ts'
import { expect, test } from './support/test.ts'

const TAGS = ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']

async function findingsOf(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).withTags(TAGS).analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
}

const widthOf = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth)

// one visit for all three: loading the page takes longer than looking at it
for (const { what, path, as = 'operator', ready } of PAGES) {
  test.describe(() => {
    test.use({ as })

    test(`everyone can use ${what}, in light and dark and on a screen of 320 pixels`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: 'light' })
      await page.goto(path)
      await ready(page)
      expect(await findingsOf(page), 'light').toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
      expect(await findingsOf(page), 'dark').toEqual([])
      await page.setViewportSize({ width: 320, height: 640 })
      await expect.poll(() => widthOf(page), 'nothing runs off the page').toBeLessThanOrEqual(320)
    })
  })
}
