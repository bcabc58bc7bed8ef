import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'

/** The headless shell is what Playwright itself would download: the same engine without windows, at half the cost. */
const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** The Chromium in `CHROMIUM` or on the PATH; undefined leaves Playwright to its own. */
export const chromiumPath = (): string | undefined =>
  process.env['CHROMIUM'] ??
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(isExecutable)

/** Root has no sandbox in a container, and a browser under test asks nobody for anything. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-domain-reliability',
  '--disable-sync',
  '--metrics-recording-only',
  '--no-first-run',
  '--no-pings',
  // one origin is tested: a process less for each page
  '--disable-features=IsolateOrigins,site-per-process',
  // the other core has a page of its own to run, and a page lives too short to be worth clearing up
  '--js-flags=--single-threaded --min-semi-space-size=16 --initial-heap-size=128',
]
