import { rm } from 'node:fs/promises'
import type { Agent } from 'node:http'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'

import { type Link, LinkError, messageOf, openLink, type UpgradeCommand } from '#device/sdk/index.ts'
import { drawFault, type FaultRates } from './faults.ts'
import type { Gate } from './gate.ts'
import { createRandom, type Random } from './random.ts'
import { simulateUpgrade } from './simulated-upgrade.ts'

export interface DeviceRecord {
  productKey: string
  deviceKey: string
  deviceSecret: string
  /** What it runs when it starts. */
  version: string
}

export interface DeviceSettings {
  mqttUrl: string
  seed: string
  faults: FaultRates
  folder: string
  keep: boolean
  /** Bytes per second of each download; undefined is as fast as it goes. */
  speed: number | undefined
  spreadMs: number
  restartMs: number
  backoff: { firstMs: number; mostMs: number }
  downloads: Gate
  agent: Agent
  signal: AbortSignal
  onEvent: (event: FleetEvent) => void
}

export type DeviceState = 'offline' | 'online' | 'upgrading' | 'restarting'

export interface FleetEvent {
  productKey: string
  deviceKey: string
  state: DeviceState
  version: string
  /** In words. */
  what: string
}

export interface SimulatedDevice {
  readonly productKey: string
  readonly deviceKey: string
  version(): string
  state(): DeviceState
  /** The file that it runs, with `keep` and after an upgrade. */
  readonly file: string
  /** Resolves when it has stopped. */
  readonly stopped: Promise<void>
}

/** Back-off with full jitter: any time up to the bound, which doubles with each failure. */
export const backoffMs = ({ firstMs, mostMs }: DeviceSettings['backoff'], failures: number, random: Random): number =>
  Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 20)) * random()

/** One device: it connects, informs, takes upgrades, restarts, and comes back whatever happens to the service. */
export function startDevice(record: DeviceRecord, settings: DeviceSettings): SimulatedDevice {
  const { productKey, deviceKey } = record
  const { signal } = settings
  const name = `${productKey}.${deviceKey}`
  const random = createRandom(`${settings.seed}/${name}`)
  const file = join(settings.folder, `${name}.bin`)
  const attempts = new Map<string, number>()
  let version = record.version
  let state: DeviceState = 'offline'
  let link: Link | undefined
  let installed: { version: string } | undefined
  let unsaid: { step: number; text: string } | undefined
  let isBusy = false

  const enter = (next: DeviceState, what: string) => {
    state = next
    settings.onEvent({ productKey, deviceKey, state, version, what })
  }
  const pause = (ms: number) => delay(ms, undefined, { signal }).catch(() => undefined)

  const tell = async (step: number, text: string) => {
    // a simulation that is stopped has not failed
    if (signal.aborted) return
    try {
      if (!link) throw new LinkError('closed', 'Not connected')
      await link.progress(step, text)
    } catch (error) {
      // a failure is told once the service is back, progress is worth nothing by then
      if (step < 0) unsaid = { step, text }
      throw error
    }
  }

  /** Each command is a new attempt; one that is repeated with its id is the same, and ends the same way. */
  const attemptOf = (command: UpgradeCommand): number => {
    const known = attempts.get(command.id)
    const attempt = known ?? attempts.size + 1
    attempts.set(command.id, attempt)
    return attempt
  }

  const run = async (command: UpgradeCommand): Promise<void> => {
    const { firmware } = command
    const draw = createRandom(`${settings.seed}/${name}/${firmware.version}/${attemptOf(command)}`)
    const fault = drawFault(settings.faults, draw)
    enter('upgrading', `takes ${firmware.version}${fault ? ` and will fail: ${fault}` : ''}`)
    const didSay = await settings.downloads.pass(() =>
      simulateUpgrade({
        firmware,
        fault,
        random: draw,
        incoming: `${file}.${firmware.version}`,
        running: file,
        speed: settings.speed,
        agent: settings.agent,
        signal,
        tell,
      }),
    )
    if (fault === 'silent') return enter('online', 'says nothing')
    installed = { version: didSay && fault !== 'fallback' ? firmware.version : version }
    link?.drop()
  }

  const take = async (command: UpgradeCommand): Promise<void> => {
    if (isBusy || installed || signal.aborted) return
    isBusy = true
    try {
      if (command.firmware.version === version) await link?.inform(version)
      else await run(command)
    } catch (error) {
      enter(link ? 'online' : 'offline', messageOf(error))
    } finally {
      isBusy = false
    }
  }

  const restart = async (): Promise<void> => {
    if (!installed) return
    enter('restarting', `restarts into ${installed.version}`)
    await pause(settings.restartMs * (0.5 + random()))
    version = installed.version
    installed = undefined
    if (!settings.keep) await rm(file, { force: true })
  }

  /** One connection from its first word to its end; true when the device was heard. */
  const connectOnce = async (): Promise<boolean> => {
    const opened = await openLink({ url: settings.mqttUrl, productKey, deviceKey, secret: record.deviceSecret, signal })
    link = opened
    const leave = () => void opened.close()
    signal.addEventListener('abort', leave, { once: true })
    try {
      // the upgrade was finished while nobody could be told: it restarts instead of saying what it no longer runs
      if (installed) return true
      opened.onUpgrade((command) => void take(command))
      if (unsaid) await opened.progress(unsaid.step, unsaid.text)
      unsaid = undefined
      await opened.inform(version)
      enter(isBusy ? 'upgrading' : 'online', 'informs')
      await opened.ended
      return true
    } finally {
      link = undefined
      signal.removeEventListener('abort', leave)
      opened.drop()
    }
  }

  const live = async (): Promise<void> => {
    await pause(settings.spreadMs * random())
    let failures = 0
    while (!signal.aborted) {
      await restart()
      const wasHeard = await connectOnce().catch(() => false)
      if (!isBusy && !installed) enter('offline', wasHeard ? 'lost its connection' : 'is not let in')
      failures = wasHeard ? 0 : failures + 1
      if (!installed) await pause(backoffMs(settings.backoff, failures + 1, random))
    }
  }

  return { productKey, deviceKey, version: () => version, state: () => state, file, stopped: live() }
}
