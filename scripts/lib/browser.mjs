import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'

import { root, run, tool } from './run.mjs'
import { say } from './say.mjs'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** @param {string} file */
function isExecutable(file) {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const onPath = () =>
  (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find(isExecutable)

const isDebian = () => existsSync('/etc/debian_version')
const isRoot = () => process.getuid?.() === 0

/** Playwright's own Chromium: where it lies when it is installed, undefined when it cannot be had. */
async function playwrightsOwn() {
  const { chromium } = await import(join(root, 'node_modules/playwright/index.mjs'))
  if (existsSync(chromium.executablePath())) return chromium.executablePath()
  say('no Chromium on the PATH; asking Playwright to download its own')
  await tool('playwright', ['install', 'chromium'])
  return existsSync(chromium.executablePath()) ? chromium.executablePath() : undefined
}

async function fromDebian() {
  if (!isDebian() || !isRoot()) return undefined
  const release = /PRETTY_NAME="(.*)"/.exec(readFileSync('/etc/os-release', 'utf8'))?.[1] ?? 'Debian'
  say(`Playwright's download did not work; installing the package chromium of ${release}`)
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  await run('apt-get', ['update'], { env })
  await run('apt-get', ['install', '--yes', '--no-install-recommends', 'chromium'], { env })
  return onPath()
}

/**
 * A Chromium for Playwright: the one in CHROMIUM, one on the PATH, Playwright's own, or Debian's package.
 * Undefined when none of them can be had; the caller then counts the browser suites as failed.
 */
export async function findBrowser() {
  if (process.env.CHROMIUM) return process.env.CHROMIUM
  return onPath() ?? (await playwrightsOwn()) ?? (await fromDebian())
}
