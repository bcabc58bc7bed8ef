// npm run demo: the whole service on the embedded defaults, with simulated devices that report already.
import { randomBytes } from 'node:crypto'
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { ensureBuilt } from './lib/build.mjs'
import { signIn } from './lib/client.mjs'
import { DEVICES, FIRST_VERSION, furnish, ORG, reporting, writeSample } from './lib/demo-world.mjs'
import { ensureInstalled } from './lib/install.mjs'
import { giveUp, say } from './lib/say.mjs'
import { isTaken, startService } from './lib/service.mjs'

const REPORT_WITHIN_MS = 60_000
const { env } = process
const port = Number(env['PORT'] || 8080)
const mqttPort = Number(env['MQTT_PORT'] || 11_883)
const admin = {
  email: env['ADMIN_EMAIL'] || 'operator@demo.example',
  password: env['ADMIN_PASSWORD'] || randomBytes(9).toString('base64url'),
}

/** Undone in the opposite order when the demo ends, however it ends. @type {(() => unknown)[]} */
const leftovers = []
let isEnding = false

/** @param {number} code */
async function end(code) {
  if (isEnding) return
  isEnding = true
  for (const undo of leftovers.toReversed()) await undo()
  process.exit(code)
}

/**
 * @param {number} number
 * @param {string} variable
 * @param {string} what
 */
async function mustBeFree(number, variable, what) {
  if (!(await isTaken(number))) return
  const other = `${variable}=${number + 1}`
  giveUp(`Port ${number}, for ${what}, is taken by another program. Choose another one: ${other} npm run demo`)
}

/** A folder of its own, unless the environment names one; that one stays, and must be empty. */
function dataFolder() {
  const own = env['DATA_DIR']
  if (!own) {
    const folder = mkdtempSync(join(tmpdir(), 'ota-demo-'))
    leftovers.push(() => rmSync(folder, { recursive: true, force: true }))
    return folder
  }
  try {
    if (readdirSync(own).length > 0)
      giveUp(`The demo needs an empty folder, and ${own} holds something already. npm start serves what is there.`)
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'ENOENT') throw error
  }
  return own
}

/** @param {string} dataDir */
async function startEverything(dataDir) {
  say('starting the service')
  const credentials = { ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password }
  const service = await startService({ port, mqttPort, dataDir, env: credentials })
  leftovers.push(service.stop)
  void service.exited.then(() => {
    if (isEnding) return
    process.stderr.write(`The service ended by itself. Its last words:\n${service.lines.slice(-20).join('\n')}\n`)
    return end(1)
  })
  const client = await signIn(service.url, admin)
  const { product, devices } = await furnish(client)
  say(`starting ${DEVICES} simulated devices`)
  const { startFleet } = await import(new URL('../dist/simulator/fleet.js', import.meta.url).href)
  const fleet = await startFleet({
    devices: devices.map((device) => ({ ...device, version: FIRST_VERSION })),
    mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
    spreadMs: 2_000,
    restartMs: 4_000,
    // slow enough to be watched: 5 MB in about five seconds
    speed: 1_000_000,
    parallelDownloads: 10,
  })
  leftovers.push(() => fleet.stop())
  for (const until = Date.now() + REPORT_WITHIN_MS; (await reporting(client)) < DEVICES; await pause(250))
    if (Date.now() > until) throw new Error('The simulated devices did not report within a minute.')
  return { product }
}

/**
 * @param {string} productName
 * @param {string} sample
 */
function welcome(productName, sample) {
  const address = env['PUBLIC_URL'] || `http://localhost:${port}`
  process.stdout.write(`
  The portal    ${address}
  Sign in as    ${admin.email}
  Password      ${admin.password}

  Organisation  ${ORG.name}
  Product       ${productName}, ${DEVICES} devices online on version ${FIRST_VERSION}
  A file to     ${sample}
  upload        (5 MB; give it the version 1.1.0)

  Firmware, Upload firmware; then Verify on one device; then Upgrade the others.
  Ctrl-C ends the demo and leaves nothing behind.

`)
}

await ensureInstalled()
await ensureBuilt()
await mustBeFree(port, 'PORT', 'browsers')
await mustBeFree(mqttPort, 'MQTT_PORT', 'devices')
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(0))
try {
  const dataDir = dataFolder()
  const { product } = await startEverything(dataDir)
  const samples = mkdtempSync(join(tmpdir(), 'ota-sample-'))
  leftovers.push(() => rmSync(samples, { recursive: true, force: true }))
  const sample = join(samples, 'fan-fw-1.1.0.bin')
  writeSample(sample)
  welcome(product.name, sample)
} catch (error) {
  process.stderr.write(`\n✗ ${error instanceof Error ? error.message : String(error)}\n`)
  await end(1)
}
