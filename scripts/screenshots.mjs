// npm run screenshots [-- words]: every page against the mock, in light, dark and at 320 px, into screenshots/.
// Words choose pages by what they show: npm run screenshots -- "a new upgrade" policy
import { spawn } from 'node:child_process'
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { chromium } from 'playwright'
import { tsImport } from 'tsx/esm/api'

import { findBrowser } from './lib/browser.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { root, tool } from './lib/run.mjs'
import { giveUp, say } from './lib/say.mjs'
import { freePorts, isTaken } from './lib/service.mjs'

/** @typedef {import('../e2e/support/pages.ts').Shown} Shown */

const folder = join(root, 'screenshots')
const bundle = join('dist', 'screenshots')
const READY_WITHIN_MS = 20_000

/** The three ways in which every page is looked at. */
const LOOKS = /** @type {const} */ ([
  { look: 'light', colorScheme: 'light', viewport: { width: 1280, height: 800 } },
  { look: 'dark', colorScheme: 'dark', viewport: { width: 1280, height: 800 } },
  { look: '320', colorScheme: 'light', viewport: { width: 320, height: 640 } },
])

/** Serves the built mock; answers its address and how to end it. */
async function serveMock() {
  const [port = 0] = await freePorts(1)
  const args = ['preview', '--outDir', bundle, '--port', `${port}`, '--strictPort', '--logLevel', 'warn']
  const server = spawn(join(root, 'node_modules/.bin/vite'), args, { cwd: root, stdio: 'inherit' })
  const until = Date.now() + READY_WITHIN_MS
  while (!(await isTaken(port))) {
    if (server.exitCode !== null || Date.now() > until) giveUp('The mock could not be served.')
    await pause(50)
  }
  return { url: `http://localhost:${port}`, end: () => server.kill() }
}

/**
 * One page in one look, as the person who sees it.
 * @param {import('playwright').Browser} browser
 * @param {string} url
 * @param {Shown} shown
 * @param {typeof LOOKS[number]} look
 * @param {typeof import('../e2e/support/session.ts').storageOf} storageOf
 */
async function take(browser, url, { what, path, as = 'operator', ready }, { look, ...media }, storageOf) {
  const context = await browser.newContext({
    ...media,
    baseURL: url,
    reducedMotion: 'reduce',
    storageState: storageOf(as),
  })
  const page = await context.newPage()
  await page.goto(path)
  await ready(page)
  // parts that come late are part of the page
  for (const place of await page.getByRole('status', { name: /^Loading/ }).all())
    await place.waitFor({ state: 'hidden' })
  // what is asked for in front of the page is seen as a person does: a shade covers the screen and not the whole page
  const isInFront = (await page.getByRole('dialog').count()) > 0
  if (!isInFront) await page.evaluate(() => window.scrollTo(0, 0))
  const file = `${what.replaceAll(/[^a-z0-9]+/gi, '-')}.${look}.png`
  await page.screenshot({ path: join(folder, file), fullPage: !isInFront, animations: 'disabled' })
  await context.close()
}

await ensureInstalled()
const executablePath = await findBrowser()
if (!executablePath) giveUp('No Chromium: install one, or name its path in CHROMIUM.')
const { PAGES } = await tsImport('../e2e/support/pages.ts', import.meta.url)
const { storageOf } = await tsImport('../e2e/support/session.ts', import.meta.url)
const { CHROMIUM_FLAGS } = await tsImport('../e2e/support/chromium.ts', import.meta.url)
const words = process.argv.slice(2)
/** @type {Shown[]} */
const wanted = PAGES.filter(
  (/** @type {Shown} */ { what }) => words.length === 0 || words.some((word) => what.includes(word)),
)
if (wanted.length === 0) giveUp('No page is called that; e2e/support/pages.ts lists them.')

const env = { VITE_MOCK: '1' }
const { code } = await tool('vite', ['build', '--outDir', bundle, '--emptyOutDir', '--logLevel', 'warn'], { env })
if (code !== 0) giveUp('The portal could not be built.')
if (words.length === 0) rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const mock = await serveMock()
const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS })
/** @type {string[]} */
const missed = []
try {
  for (const shown of wanted)
    for (const look of LOOKS)
      await take(browser, mock.url, shown, look, storageOf).catch((error) => {
        missed.push(`${shown.what}, ${look.look}: ${String(error).split('\n')[0]}`)
      })
} finally {
  await browser.close()
  mock.end()
}
say(`${wanted.length * LOOKS.length - missed.length} pictures in screenshots/`)
if (missed.length > 0) giveUp(`Not shown as e2e/support/pages.ts says:\n${missed.join('\n')}`)
