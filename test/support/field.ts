import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startFleet, type Fleet, type FleetOptions } from '#device/simulator/fleet.ts'

import { signIn, type Client } from '../../scripts/lib/client.mjs'
import { freePorts, startService, type Service } from '../../scripts/lib/service.mjs'
import { furnish, type DeviceKeys } from './manage.ts'

export const ADMIN = { email: 'admin@agency.example', password: 'a password for tests' }
export const OLD = '1.0.0'

type FleetTerms = Omit<FleetOptions, 'devices' | 'mqttUrl'>

/** A built service on a folder and ports of its own, with an agency, a product and its devices. */
export interface Field {
  readonly client: Client
  readonly org: string
  readonly productKey: string
  readonly devices: readonly DeviceKeys[]
  readonly mqttUrl: string
  /** Where it keeps everything; the service's own is `data` in it. */
  readonly folder: string
  /** Brings the devices to life, on `version`. Waits for none of them: the caller knows what to wait for. */
  startFleet(version: string, terms?: FleetTerms): Promise<Fleet>
  /** The process as it is now; another one after each restart. */
  service(): Service
  /** SIGKILL, then the same service again on the same folder and ports. */
  killAndRestart(): Promise<void>
  /** Ends what was started and removes what was written. */
  end(): Promise<void>
}

const env = {
  ADMIN_EMAIL: ADMIN.email,
  ADMIN_PASSWORD: ADMIN.password,
  // devices are created faster than a person may
  RATE_LIMIT_PER_MINUTE: '10000000',
  LOG_LEVEL: 'warn',
}

/** Starts a service and furnishes it with `count` devices. */
export async function openField(count: number): Promise<Field> {
  const folder = mkdtempSync(join(tmpdir(), 'ota-field-'))
  const [port = 0, mqttPort = 0] = await freePorts(2)
  const start = () => startService({ port, mqttPort, dataDir: join(folder, 'data'), env })
  let service = await start()
  const client = await signIn(service.url, ADMIN)
  const furniture = await furnish(client, count)
  const mqttUrl = `mqtt://127.0.0.1:${mqttPort}`
  const fleets: Fleet[] = []
  return {
    client,
    mqttUrl,
    folder,
    ...furniture,
    service: () => service,
    async startFleet(version, terms = {}) {
      const fleet = await startFleet({
        devices: furniture.devices.map((device) => ({ ...device, version })),
        mqttUrl,
        folder: join(folder, 'fleet'),
        restartMs: 200,
        backoff: { firstMs: 200, mostMs: 2_000 },
        ...terms,
      })
      fleets.push(fleet)
      return fleet
    },
    async killAndRestart() {
      await service.kill()
      service = await start()
    },
    async end() {
      for (const fleet of fleets) await fleet.stop()
      await service.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
