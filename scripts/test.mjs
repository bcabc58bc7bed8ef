// npm test: everything that can be run here, from a fresh clone on; the last line is `N passed, N failed`.
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import { findBrowser } from './lib/browser.mjs'
import { build } from './lib/build.mjs'
import { checks } from './lib/checks.mjs'
import { installPackage, onPath } from './lib/debian.mjs'
import { beginInstall } from './lib/install.mjs'
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

/**
 * @param {string} what
 * @param {string} project of vitest.config.ts
 */
async function vitest(what, project) {
  say(`${what} (at ${secondsSince(startedAt)} s)`)
  const file = join(reports, `vitest-${project}.json`)
  const args = ['run', '--project', project, '--reporter=dot', '--reporter=json', `--outputFile.json=${file}`]
  const { code } = await tool('vitest', args)
  return ofVitest(file, code)
}

/**
 * @param {string} what
 * @param {readonly string[]} projects of playwright.config.ts
 */
async function playwright(what, projects) {
  say(`${what} (at ${secondsSince(startedAt)} s)`)
  const browser = await findBrowser()
  if (!browser) return ofStep('no Chromium: install one, or name its path in CHROMIUM', 1)
  say(`browser: ${browser}`)
  const file = join(reports, `playwright-${projects[0]}.json`)
  const env = { CHROMIUM: browser, PLAYWRIGHT_JSON_OUTPUT_NAME: file }
  const chosen = projects.map((project) => `--project=${project}`)
  const { code } = await tool('playwright', ['test', '--reporter=dot,json', ...chosen], { env })
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

// a third of the compiler's time for a service that is slower by a few hundredths: right for a run of tests, and for nothing else
const { compiled } = await beginInstall({ env: { CFLAGS: '-O1', CXXFLAGS: '-O1' } })
rmSync(reports, { recursive: true, force: true })
mkdirSync(reports, { recursive: true })
/** @type {import('./lib/sum.mjs').Tally[]} */
const tallies = []
// whatever needs no native module comes first, so that nothing waits for the compiler
for (const { name, run } of checks) tallies.push(await step(name, run))
tallies.push(await step('build', async () => ((await build()) ? 0 : 1)))
tallies.push(await vitest('portal and mock', 'web'))
tallies.push(await playwright('journeys and accessibility, against the mock', ['mock', 'mock-a11y']))
await compiled
// the walk of the API is walked as its readers do it
if (!onPath(['curl'])) await installPackage('curl')
tallies.push(await vitest('rules, server, devices and conformance', 'node'))
tallies.push(await playwright('the journey against everything real', ['real']))
conclude(tallies)
