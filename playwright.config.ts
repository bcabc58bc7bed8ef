import { defineConfig, devices } from 'playwright/test'

import { CHROMIUM_FLAGS, chromiumPath } from './e2e/support/chromium.ts'
import { freePort } from './e2e/support/free-port.ts'

// chosen once: workers inherit the environment and read this file again
process.env['MOCK_PORT'] ??= String(await freePort())
const port = Number(process.env['MOCK_PORT'])
const executablePath = chromiumPath()

const chromium = {
  ...devices['Desktop Chrome'],
  launchOptions: { ...(executablePath && { executablePath }), args: CHROMIUM_FLAGS },
}
const MOCK = { testIgnore: ['real/**', '**/*.a11y.spec.ts'] }
const isCi = Boolean(process.env['CI'])
/** A run of `real` alone needs no mock; projects are named on the command line. */
const needsMock = !process.argv.includes('--project=real')

export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  fullyParallel: true,
  forbidOnly: isCi,
  // a flake is labelled by its second run, and is a bug
  retries: isCi ? 1 : 0,
  // many a journey waits for something: a third one uses that time of two cores
  workers: 3,
  // the longest journey, a whole rollout by keyboard, took 53 s on a slow machine
  timeout: 120_000,
  expect: { timeout: 10_000 },
  reporter: [['list']],
  use: {
    baseURL: `http://localhost:${port}`,
    contextOptions: { reducedMotion: 'reduce' },
    // recording every test costs a third of the run: `--trace on` where one is wanted
    trace: isCi ? 'on-first-retry' : 'off',
  },
  projects: [
    { name: 'mock', ...MOCK, use: chromium },
    { name: 'mock-a11y', testMatch: '**/*.a11y.spec.ts', testIgnore: 'real/**', use: chromium },
    { name: 'real', testMatch: 'real/**/*.spec.ts', fullyParallel: false, use: chromium },
    // not run here: `BROWSERS=all` where Playwright has installed them
    ...(process.env['BROWSERS'] === 'all'
      ? [
          { name: 'mock-firefox', ...MOCK, use: devices['Desktop Firefox'] },
          { name: 'mock-webkit', ...MOCK, use: devices['Desktop Safari'] },
        ]
      : []),
  ],
  ...(needsMock && {
    webServer: {
      // a built bundle: what is tested is what is shipped, but for the mock in it
      command: `npx vite build --outDir dist/mock --logLevel error && exec npx tsx e2e/support/serve.ts dist/mock ${port}`,
      url: `http://localhost:${port}`,
      env: { VITE_MOCK: '1' },
      timeout: 120_000,
    },
  }),
})
