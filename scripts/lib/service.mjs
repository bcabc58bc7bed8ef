import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

import { root } from './run.mjs'

const READY_WITHIN_MS = 30_000
const KEPT_LINES = 200

/**
 * Ports that are free now, all different.
 * @param {number} count
 * @returns {Promise<number[]>}
 */
export async function freePorts(count) {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map((server) => once(server, 'listening')))
  const ports = servers.map((server) => /** @type {import('node:net').AddressInfo} */ (server.address()).port)
  await Promise.all(servers.map((server) => once(server.close(), 'close')))
  return ports
}

/**
 * True when something answers on the port of this machine.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function isTaken(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** @param {string} url */
async function isReady(url) {
  try {
    return (await fetch(`${url}/readyz`)).ok
  } catch {
    return false
  }
}

/**
 * A service of its own as a child process, from the build in dist/; resolves when it is ready.
 * @param {{ port: number, mqttPort: number, dataDir: string, env?: Record<string, string> }} options
 * @throws when it ends before it is ready or takes longer than 30 s; the message holds its last words
 */
export async function startService({ port, mqttPort, dataDir, env = {} }) {
  const startedAt = performance.now()
  const child = spawn(process.execPath, [join(root, 'dist/server/main.js')], {
    cwd: root,
    env: { ...process.env, PORT: `${port}`, MQTT_PORT: `${mqttPort}`, DATA_DIR: dataDir, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  /** @type {string[]} */
  const lines = []
  /** @param {Buffer} chunk */
  const keep = (chunk) => {
    lines.push(...chunk.toString().split('\n').filter(Boolean))
    lines.splice(0, Math.max(0, lines.length - KEPT_LINES))
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const exited = once(child, 'exit')

  /** @param {NodeJS.Signals} signal */
  const end = async (signal) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await exited
  }
  const url = `http://127.0.0.1:${port}`
  while (!(await isReady(url))) {
    const isOver = child.exitCode !== null || child.signalCode !== null
    if (isOver || performance.now() - startedAt > READY_WITHIN_MS) {
      await end('SIGKILL')
      throw new Error(`The service did not become ready. Its last words:\n${lines.slice(-20).join('\n')}`)
    }
    await pause(25)
  }
  return {
    url,
    mqttPort,
    pid: /** @type {number} */ (child.pid),
    /** Milliseconds from the start of the process to its first ready answer. */
    readyMs: Math.round(performance.now() - startedAt),
    /** The last lines it wrote. */
    lines,
    exited,
    /** Asks it to finish what it has begun. */
    stop: () => end('SIGTERM'),
    /** What a power cut does. */
    kill: () => end('SIGKILL'),
  }
}

/** @typedef {Awaited<ReturnType<typeof startService>>} Service */
