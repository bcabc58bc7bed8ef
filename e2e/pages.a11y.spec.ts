import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

import type { run, RunOnly, RunOptions } from 'axe-core'
import type { Page } from 'playwright/test'

import { go } from './support/go.ts'
import { PAGES, type Shown } from './support/pages.ts'
import { expect, open, test } from './support/test.ts'

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const ALL: RunOnly = { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'] }
/** Of all the rules only these ask for colours: of a text against its ground, of a link against the words around it. */
const COLOURS: RunOnly = { type: 'rule', values: ['color-contrast', 'link-in-text-block'] }

const WIDE = { width: 1280, height: 720 }

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
        const isWider = element.scrollWidth > element.clientWidth + 1 && element.checkVisibility()
        return scrolls && isWider && !element.matches('[aria-label*="(scrolls"]')
      })
      .map((element) => `${element.tagName} ${element.className}`),
  )

const widthOf = (page: Page): Promise<number> => page.evaluate(() => document.documentElement.scrollWidth)

/** Puts axe into the page, unless it is there since an earlier look. */
async function bringAxe(page: Page): Promise<void> {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(AXE)
}

async function look(page: Page, { what, ready }: Shown): Promise<void> {
  await ready(page)
  await bringAxe(page)
  expect.soft(await findingsOf(page, ALL), `${what}, light`).toEqual([])
  await page.emulateMedia({ colorScheme: 'dark' })
  await expect(page.locator('html')).toHaveAttribute('data-mantine-color-scheme', 'dark')
  expect.soft(await findingsOf(page, COLOURS), `${what}, dark`).toEqual([])
  await page.setViewportSize({ width: 320, height: 640 })
  await expect.soft.poll(() => widthOf(page), `${what}: nothing runs off the page`).toBeLessThanOrEqual(320)
  // a table's frame says so once it has been measured
  await expect.soft.poll(() => sidewaysOf(page), `${what}: nothing but tables is moved sideways`).toEqual([])
}

/** By another page, so that what is looked at next is not what still stands there. */
async function moveOn(page: Page, path: string): Promise<void> {
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(WIDE)
  await go(page, '/help')
  await expect(page.getByRole('heading', { name: 'Help', level: 1 })).toBeVisible()
  await go(page, path)
}

/** Loading a page takes longer than looking at it, so that several are looked at in one load, all by one person. */
const TOGETHER = 6
type Walk = [Shown, ...Shown[]]

function walks(pages: readonly Shown[]): Walk[] {
  const all: Walk[] = []
  for (const shown of pages) {
    const open = all.find((walk) => walk.length < TOGETHER && walk[0].as === shown.as && !walk.at(-1)?.leavesTraces)
    if (open) open.push(shown)
    else all.push([shown])
  }
  return all
}

for (const walk of walks(PAGES)) {
  test.describe(() => {
    const [{ as = 'operator' }] = walk
    test.use({ as })
    const whats = walk.map(({ what }) => what).join(', ')

    test(`everyone can use ${whats}: in light, in dark, and on a screen of 320 pixels`, async ({ page }) => {
      for (const [index, shown] of walk.entries()) {
        await test.step(shown.what, async () => {
          await (index === 0 ? open(page, shown.path) : moveOn(page, shown.path))
          await look(page, shown)
        })
      }
    })
  })
}
