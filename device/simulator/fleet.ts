import { setMaxListeners } from 'node:events'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { Agent } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startDevice, type DeviceRecord, type FleetEvent, type SimulatedDevice } from './device.ts'
import type { FaultRates } from './faults.ts'
import { createGate } from './gate.ts'

export interface FleetOptions {
  devices: readonly DeviceRecord[]
  /** For example `mqtt://127.0.0.1:11883`. */
  mqttUrl: string
  /** The same seed gives the same faults and the same pauses. */
  seed?: string
  faults?: FaultRates
  /** Bytes per second of each download; unlimited by default. */
  speed?: number | undefined
  /** The first connects are spread over so many milliseconds. */
  spreadMs?: number
  /** How long a restart takes, give or take a half. */
  restartMs?: number
  /** Bounds of the pause before coming back. */
  backoff?: { firstMs: number; mostMs: number }
  parallelDownloads?: number
  /** Where files go; a temporary folder by default. */
  folder?: string | undefined
  /** Keeps the file that each device runs. */
  keep?: boolean
  onEvent?: (event: FleetEvent) => void
}

export interface Fleet {
  readonly devices: readonly SimulatedDevice[]
  readonly folder: string
  /** Ends every connection and removes the temporary folder, unless files are to be kept. */
  stop(): Promise<void>
}

/** Starts a fleet in this process. It comes back by itself whatever happens to the service, until it is stopped. */
export async function startFleet(options: FleetOptions): Promise<Fleet> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'fleet-')))
  await mkdir(folder, { recursive: true })
  const parallel = options.parallelDownloads ?? 100
  const stopping = new AbortController()
  // every device listens for the end
  setMaxListeners(0, stopping.signal)
  const agent = new Agent({ keepAlive: true, maxSockets: parallel })
  const settings = {
    mqttUrl: options.mqttUrl,
    seed: options.seed ?? '1',
    faults: options.faults ?? {},
    folder,
    keep: options.keep ?? false,
    speed: options.speed,
    spreadMs: options.spreadMs ?? 0,
    restartMs: options.restartMs ?? 1_000,
    backoff: options.backoff ?? { firstMs: 1_000, mostMs: 30_000 },
    downloads: createGate(parallel),
    agent,
    signal: stopping.signal,
    onEvent: options.onEvent ?? (() => undefined),
  }
  const devices = options.devices.map((device) => startDevice(device, settings))
  return {
    devices,
    folder,
    async stop() {
      stopping.abort()
      agent.destroy()
      await Promise.all(devices.map(({ stopped }) => stopped))
      const isOurs = options.folder === undefined
      if (isOurs && !settings.keep) await rm(folder, { recursive: true, force: true })
    },
  }
}
