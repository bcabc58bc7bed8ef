import { existsSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { compress } from './compress.mjs'
import { root, tool } from './run.mjs'
import { giveUp, say, secondsSince } from './say.mjs'

/** Everything that ends up in dist/; a newer file in here means that dist/ is stale. */
const SOURCES = ['contract', 'domain', 'src', 'server', 'device', 'public', 'index.html', 'package-lock.json']
const CONFIGS = ['package.json', 'vite.config.ts', 'vite.server.config.ts']
const stamp = join(root, 'dist', '.built')

/**
 * Time of the newest file below a path, in epoch milliseconds; 0 when it is not there.
 * @param {string} path
 * @returns {number}
 */
function newestIn(path) {
  if (!existsSync(path)) return 0
  const stat = statSync(path)
  if (!stat.isDirectory()) return stat.mtimeMs
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newestIn(join(path, name))))
}

/** True when dist/ holds a build of what the sources say now. A dist/ shipped without sources is fresh. */
export function isBuilt() {
  if (!existsSync(stamp)) return false
  return statSync(stamp).mtimeMs >= Math.max(...[...SOURCES, ...CONFIGS].map((name) => newestIn(join(root, name))))
}

/** Builds portal and server into dist/; the answer says whether both succeeded. */
export async function build() {
  // a file that is saved while Vite works makes this build stale, so the stamp bears the time of the start
  const startedAt = new Date()
  const portal = await tool('vite', ['build', '--logLevel', 'warn'])
  if (portal.code !== 0) return false
  compress(join(root, 'dist', 'web'))
  const server = await tool('vite', ['build', '--config', 'vite.server.config.ts', '--logLevel', 'warn'])
  if (server.code !== 0) return false
  writeFileSync(stamp, '')
  utimesSync(stamp, startedAt, startedAt)
  return true
}

/** Builds when dist/ is missing or older than the sources. */
export async function ensureBuilt() {
  if (isBuilt()) return
  say('building portal and server into dist/')
  const startedAt = Date.now()
  if (!(await build())) giveUp('The build failed; the reason is above.')
  say(`built in ${secondsSince(startedAt)} s`)
}
