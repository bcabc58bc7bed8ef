import { existsSync } from 'node:fs'
import { join } from 'node:path'

import { installPackage, onPath } from './debian.mjs'
import { root, tool } from './run.mjs'
import { say } from './say.mjs'

/** The headless shell is what Playwright itself would download: the same engine without windows, at half the cost. */
const NAMES = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** Playwright's own Chromium: where it lies when it is installed, undefined when it cannot be had. */
async function playwrightsOwn() {
  const { chromium } = await import(join(root, 'node_modules/playwright/index.mjs'))
  if (existsSync(chromium.executablePath())) return chromium.executablePath()
  say('no Chromium on the PATH; asking Playwright to download its own')
  await tool('playwright', ['install', 'chromium'])
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined
}

async function fromDebian() {
  for (const name of ['chromium-headless-shell', 'chromium']) {
    await installPackage(name)
    if (onPath(NAMES)) break
  }
  return onPath(NAMES)
}

/**
 * A Chromium for Playwright: the one in CHROMIUM, one on the PATH, Playwright's own, or Debian's package.
 * Undefined when none of them can be had; the caller then counts the browser suites as failed.
 */
export async function findBrowser() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM
  return onPath(NAMES) ?? (await playwrightsOwn()) ?? (await fromDebian())
}
