import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { root, run } from './run.mjs'
import { giveUp, say, secondsSince } from './say.mjs'

const lockfile = join(root, 'package-lock.json')
const modules = join(root, 'node_modules')
/** npm writes this file last, so that its presence means a finished installation. */
const finished = join(modules, '.package-lock.json')
const stamp = join(modules, '.cache', 'ota-portal', 'installed')
/** There while native modules compile: packages that an interrupted run left without them are installed anew. */
const unfinished = join(modules, '.cache', 'ota-portal', 'compiling')

const digest = () => createHash('sha256').update(readFileSync(lockfile)).digest('hex')

/** True when node_modules holds what the lockfile says; touching the lockfile without changing it is no reason. */
function isInstalled() {
  if (!existsSync(finished) || existsSync(unfinished)) return false
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
 * A compiler is silent for minutes, so somebody has to say that it lives.
 * @param {number} startedAt
 */
function reportWhileCompiling(startedAt) {
  const timer = setInterval(() => say(`still compiling native modules: ${secondsSince(startedAt)} s`), 20_000)
  return () => clearInterval(timer)
}

/**
 * Native modules: minutes on a small machine, during which everything that needs none can go on.
 * @param {Record<string, string>} env
 */
async function compile(env) {
  const startedAt = Date.now()
  const stop = reportWhileCompiling(startedAt)
  const { code } = await run('npm', ['rebuild'], { env })
  stop()
  if (code !== 0) giveUp('npm rebuild failed; its own words are above. Are a compiler, make and python3 installed?')
  writeFileSync(stamp, digest())
  rmSync(unfinished, { force: true })
  say(`native modules are ready after ${secondsSince(startedAt)} s`)
}

/**
 * Installs what the lockfile names when it is not there yet. The answer comes when everything written in JavaScript is
 * there; `compiled` resolves when native modules are, too.
 * @param {{ env?: Record<string, string> }} [options] what the compiler finds in its environment beside what is there
 * @returns {Promise<{ compiled: Promise<void> }>}
 */
export async function beginInstall({ env = {} } = {}) {
  checkNode()
  if (isInstalled()) return { compiled: Promise.resolve() }
  say('installing the packages of package-lock.json (npm ci); better-sqlite3 may then compile itself, 1 to 3 minutes')
  const startedAt = Date.now()
  // npm start and npm test in production shells must still get the tools that build and test
  const { code } = await run('npm', ['ci', '--include=dev', '--ignore-scripts', '--no-audit', '--no-fund'])
  if (code !== 0) giveUp('npm ci failed; its own words are above. Is the package registry within reach?')
  mkdirSync(join(stamp, '..'), { recursive: true })
  writeFileSync(unfinished, '')
  say(`packages are there after ${secondsSince(startedAt)} s`)
  return { compiled: compile(env) }
}

/** Installs what is missing, native modules included, and waits for it. */
export async function ensureInstalled() {
  const { compiled } = await beginInstall()
  await compiled
}
