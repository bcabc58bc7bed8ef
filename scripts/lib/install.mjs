import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { root, run } from './run.mjs'
import { giveUp, say, secondsSince } from './say.mjs'

const lockfile = join(root, 'package-lock.json')
const modules = join(root, 'node_modules')
/** npm writes this file last, so that its presence means a finished installation. */
const finished = join(modules, '.package-lock.json')
const stamp = join(modules, '.cache', 'ota-portal', 'installed')

const digest = () => createHash('sha256').update(readFileSync(lockfile)).digest('hex')

/** True when node_modules holds what the lockfile says; touching the lockfile without changing it is no reason. */
function isInstalled() {
  if (!existsSync(finished)) return false
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest()) return true
  return statSync(finished).mtimeMs >= statSync(lockfile).mtimeMs
}

/** Refuses a Node that is too old with a sentence instead of a syntax error somewhere deep. */
export function checkNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return
  giveUp(
    `This project needs Node.js 20.19 or newer; this is ${process.versions.node}. Install a newer one and try again.`,
  )
}

/**
 * `npm ci` is silent for minutes where a module compiles itself, so somebody has to say that it lives.
 * @param {number} startedAt
 */
function reportWhileInstalling(startedAt) {
  const timer = setInterval(() => {
    const packages = existsSync(modules) ? readdirSync(modules).length : 0
    say(`still installing: ${secondsSince(startedAt)} s, ${packages} folders in node_modules`)
  }, 10_000)
  return () => clearInterval(timer)
}

/** Installs what the lockfile names when it is not there yet; says so and how long it took. */
export async function ensureInstalled() {
  checkNode()
  if (isInstalled()) return
  say('installing the packages of package-lock.json (npm ci); better-sqlite3 may compile itself, about 75 s')
  const startedAt = Date.now()
  const stop = reportWhileInstalling(startedAt)
  // npm start and npm test in production shells must still get the tools that build and test
  const { code } = await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'])
  stop()
  if (code !== 0) giveUp('npm ci failed; its own words are above. Is the package registry within reach?')
  mkdirSync(join(stamp, '..'), { recursive: true })
  writeFileSync(stamp, digest())
  say(`installed in ${secondsSince(startedAt)} s`)
}
