// npm test: everything that can be run here, from a fresh clone on; the last line is `N passed, N failed`.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { findBrowser } from './lib/browser.mjs'
import { build } from './lib/build.mjs'
import { checks } from './lib/checks.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { root, tool } from './lib/run.mjs'
import { say, secondsSince } from './lib/say.mjs'
import { ofPlaywright, ofStep, ofVitest, sum } from './lib/sum.mjs'

const reports = join(root, 'node_modules', '.cache', 'ota-portal', 'reports')
const startedAt = Date.now()

/**
 * @param {string} name
 * @param {() => Promise<number>} work answers an exit code
 */
async function step(name, work) {
  say(`${name} (at ${secondsSince(startedAt)} s)`)
  return ofStep(name, await work())
}

async function vitest() {
  say(`unit, server, device and conformance tests (at ${secondsSince(startedAt)} s)`)
  const file = join(reports, 'vitest.json')
  const { code } = await tool('vitest', ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`])
  return ofVitest(file, code)
}

async function playwright() {
  say(`Playwright: against the mock, then against everything real (at ${secondsSince(startedAt)} s)`)
  const browser = await findBrowser()
  if (!browser) return ofStep('no Chromium: install one, or name its path in CHROMIUM', 1)
  say(`browser: ${browser}`)
  const file = join(reports, 'playwright.json')
  const env = { CHROMIUM: browser, PLAYWRIGHT_JSON_OUTPUT_NAME: file }
  const { code } = await tool('playwright', ['test', '--reporter=dot,json'], { env })
  return ofPlaywright(file, code)
}

/** @param {import('./lib/sum.mjs').Tally[]} tallies */
function conclude(tallies) {
  const { passed, failed, notRun, failures } = sum(tallies)
  process.stdout.write('\n')
  for (const failure of failures) say(`failed: ${failure}`)
  if (notRun > 0) say(`not run: ${notRun} tests that are marked to be passed over`)
  if (!process.env.TEST_DATABASE_URL)
    say('not run: the database suites on PostgreSQL, because TEST_DATABASE_URL is not set (bash .ci/run sets it)')
  say('not run: Firefox and WebKit, and the full sizes of npm run soak')
  say(`took ${secondsSince(startedAt)} s`)
  process.stdout.write(`${passed} passed, ${failed} failed\n`)
  process.exitCode = failed === 0 && passed > 0 ? 0 : 1
}

await ensureInstalled()
rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })
/** @type {import('./lib/sum.mjs').Tally[]} */
const tallies = []
for (const { name, run } of checks) tallies.push(await step(name, run))
tallies.push(await step('build', async () => ((await build()) ? 0 : 1)))
tallies.push(await vitest())
tallies.push(await playwright())
conclude(tallies)
