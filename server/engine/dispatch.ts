import { decide, type Decision } from '#domain/gates.ts'
import { roomOf } from '#domain/halt.ts'
import { paceOpensAt } from '#domain/pace.ts'
import { isOpen } from '#domain/task.ts'
import { waveOpen } from '#domain/wave-progress.ts'
import { opensAt } from '#domain/window.ts'
import type { FileStore } from '#server/ports.ts'
import type { DeviceRecord, EngineStore, JobCore, TaskRecord } from '#server/ports-engine.ts'

import type { Lane, Lanes } from './lanes.ts'
import { SYSTEM } from './log-lines.ts'
import { Work, type Aftermath } from './work.ts'

/** A device that was held, and by what. */
export interface HeldDevice {
  deviceId: string
  lane: Lane
  decision: Extract<Decision, { go: false }>
}

export interface Dispatched {
  aftermath: Aftermath
  held: HeldDevice[]
}

interface Asking {
  task: TaskRecord
  device: DeviceRecord
  job: JobCore
  busyWith: string | null
  now: number
  /** The device asks by this very request; else the service would push. */
  via?: 'push' | 'request'
}

/** Asks the one chain of gates about a task as it stands. */
export const askGates = ({ task, device, job, busyWith, now, via = 'push' }: Asking): Decision =>
  decide({
    now,
    via,
    job: { ...job, targetVersion: job.firmware.version },
    device: {
      enabled: device.enabled,
      reportedVersion: device.reportedVersion,
      reachable: device.connected || via === 'request',
    },
    task: task.facts,
    busyWith,
    wave: waveOpen(job.waveState, job.policy.waves, { wave: task.wave, now }),
    windowOpensAt: opensAt(job.policy.window, now),
    paceOpensAt: paceOpensAt(job.policy.pacePerMinute, job.pace, now),
    ...roomOf(job.policy, { ...job, sample: job.halt.sample }),
  })

/**
 * Looks at some devices in one transaction: each goes with the oldest job that lets it.
 * Committed before anything is sent.
 */
export async function dispatchDevices(
  { store, files, lanes, now }: { store: EngineStore; files: Pick<FileStore, 'exists'>; lanes: Lanes; now: number },
  deviceIds: readonly string[],
): Promise<Dispatched> {
  const missing = await missingFiles(
    files,
    lanes.all().map(({ firmwareId }) => firmwareId),
  )
  return store.transact(async (tx) => {
    const work = new Work(tx, now)
    const held: HeldDevice[] = []
    await work.loadDevices(deviceIds)
    await work.loadReportable(deviceIds)
    for (const device of work.devices.values()) dispatchOne(device)
    return { aftermath: await work.save(), held }

    function dispatchOne(device: DeviceRecord): void {
      const tasks = work.tasksOf(device.id)
      const open = tasks.find(({ facts }) => isOpen(facts))
      const busyWith = open ? work.jobOf(open).name : null
      for (const task of tasks.filter(({ facts }) => facts.status === 'init')) {
        const lane = lanes.get(task.jobId)
        if (!lane) continue
        const decision = askGates({ task, device, job: work.jobOf(task), busyWith, now })
        if (!decision.go) held.push({ deviceId: device.id, lane, decision })
        else if (missing.has(lane.firmwareId)) work.apply(task, { type: 'fileMissing', at: now }, SYSTEM)
        else {
          const sourceVersion = device.reportedVersion ?? ''
          work.apply(
            task,
            { type: 'dispatch', at: now, sourceVersion, sessionId: device.sessionId },
            SYSTEM,
            store.newId(now),
          )
          return
        }
      }
    }
  })
}

/** Firmware whose file is gone: its tasks fail with that reason instead of failing in the device. */
export async function missingFiles(
  files: Pick<FileStore, 'exists'>,
  firmwareIds: readonly string[],
): Promise<Set<string>> {
  const ids = [...new Set(firmwareIds)]
  const there = await Promise.all(ids.map((id) => files.exists(id)))
  return new Set(ids.filter((_, i) => !there[i]))
}
