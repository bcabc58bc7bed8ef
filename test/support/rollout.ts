import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import type { Firmware } from '#contract/manage/firmware.ts'
import { devices as deviceApi } from '#contract/manage/devices.ts'
import { jobs, type Job } from '#contract/manage/jobs.ts'
import { startFleet, type Fleet } from '#device/simulator/fleet.ts'

import { signIn, type Client } from '../../scripts/lib/client.mjs'
import { freePorts, startService, type Service } from '../../scripts/lib/service.mjs'
import { addFirmware, ask, binary, furnish, type DeviceKeys } from './manage.ts'

const ADMIN = { email: 'admin@agency.example', password: 'a password for tests' }
const OLD = '1.0.0'
export const NEW = '2.0.0'

export interface RolloutOptions {
  devices: number
  firmwareBytes: number
  /** Called with what each simulated device does. */
  onEvent?: () => void
}

/** A built service on a folder of its own, with an agency, a firmware and a fleet that reports the old version. */
export interface Rollout {
  readonly client: Client
  readonly service: Service
  readonly fleet: Fleet
  readonly firmware: Firmware
  readonly devices: readonly DeviceKeys[]
  /** An upgrade job of the whole product, started. */
  begin(): Promise<Job>
  job(jobId: string): Promise<Job>
  /** How many times each device was upgraded to the new version, by its own history; one entry for each device. */
  upgradesByHistory(): Promise<number[]>
  /** SIGKILL, then the same service again on the same folder and ports. */
  killAndRestart(): Promise<void>
  online(): Promise<number>
  end(): Promise<void>
}

const env = {
  ADMIN_EMAIL: ADMIN.email,
  ADMIN_PASSWORD: ADMIN.password,
  // the harness creates devices faster than a person may
  RATE_LIMIT_PER_MINUTE: '10000000',
  LOG_LEVEL: 'warn',
}

export async function prepareRollout({ devices: count, firmwareBytes, onEvent }: RolloutOptions): Promise<Rollout> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ota-rollout-'))
  const [port = 0, mqttPort = 0] = await freePorts(2)
  const start = () => startService({ port, mqttPort, dataDir, env })
  let service = await start()
  const client = await signIn(service.url, ADMIN)
  const { org, productKey, devices } = await furnish(client, count)
  const firmware = await addFirmware(client, { org, productKey }, NEW, binary(firmwareBytes))
  const fleet = await startFleet({
    devices: devices.map((device) => ({ ...device, version: OLD })),
    mqttUrl: `mqtt://127.0.0.1:${mqttPort}`,
    restartMs: 200,
    backoff: { firstMs: 200, mostMs: 2_000 },
    ...(onEvent && { onEvent }),
  })

  const historyOf = async ({ id }: DeviceKeys) => {
    const { items } = await ask(client, deviceApi.history, { params: { org, deviceId: id }, query: { limit: 200 } })
    return items.filter(({ action }) => action === 'task.succeeded').length
  }
  return {
    client,
    fleet,
    firmware,
    devices,
    get service() {
      return service
    },
    begin: () =>
      ask(client, jobs.create, {
        params: { org },
        body: { type: 'upgrade', firmwareId: firmware.id, name: 'to all', scope: {}, start: true },
      }),
    job: (jobId) => ask(client, jobs.view, { params: { org, jobId } }),
    upgradesByHistory: () => inTurns(devices, historyOf),
    async killAndRestart() {
      await service.kill()
      service = await start()
    },
    async online() {
      const { total, items } = await ask(client, deviceApi.list, {
        params: { org },
        query: { connection: 'online', limit: 200 },
      })
      return total ?? items.length
    },
    async end() {
      await fleet.stop()
      await service.stop()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

/** Asks about many things, a few at a time. */
async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = []
  for (let from = 0; from < items.length; from += 20)
    results.push(...(await Promise.all(items.slice(from, from + 20).map(work))))
  return results
}
