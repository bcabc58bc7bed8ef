import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import type { run, RunOnly, RunOptions } from 'axe-core'
import type { Page } from 'playwright/test'

import { PAGES } from './support/pages.ts'
import { expect, test } from './support/test.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const ALL: RunOnly = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }
/** Of all the rules only this one asks for colours. */
const COLOURS: RunOnly = { type: 'rule', values: ['color-contrast'] }

/**
 * What axe finds wrong. The rows of a table come from one piece of code: the first ones speak for fifty, which would
 * take axe longer than everything else together.
 */
const findingsOf = (page: Page, runOnly: RunOnly): Promise<string[]> =>
  page.evaluate(
    async (options) => {
      const { axe } = window as never as { axe: { run: typeof run } }
      const { violations } = await axe.run({ exclude: [['tbody > tr:nth-child(n + 8)']] }, options)
      return violations.flatMap(({ id, nodes }) => nodes.map(({ target }) => `${id}: ${target.join(' ')}`))
    },
    { runOnly, resultTypes: ['violations'] } satisfies RunOptions,
  )

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
      await page.evaluate(AXE)
      expect(await findingsOf(page, ALL), 'light').toEqual([])
      await page.emulateMedia({ colorScheme: 'dark' })
      await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
      expect(await findingsOf(page, COLOURS), 'dark').toEqual([])
      await page.setViewportSize({ width: 320, height: 640 })
      await expect.poll(() => widthOf(page), 'nothing runs off the page').toBeLessThanOrEqual(320)
      expect(await sidewaysOf(page), 'nothing but tables is moved sideways').toEqual([])
    })
  })
}
