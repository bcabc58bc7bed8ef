import type { Change } from '#server/ports.ts'

import type { News } from './ring.ts'

/** Rows carried by one event; a page shows fewer, and is told when there are more. */
export const MAX_TASKS = 200
/** Devices told of at once; what is over waits for the next turn. */
const MAX_DEVICES = 100
/** Devices that may wait; beyond it nobody can follow any more and pages ask again. */
const MAX_DEVICES_WAITING = 2_000

/** Changes between two turns: many changes of one row are one piece of news. */
export interface Pending {
  add(changes: readonly Change[]): void
  isEmpty(): boolean
  /** What is to be told now. */
  take(): News[]
}

export function createPending(): Pending {
  const jobs = new Map<string, string>()
  const tasks = new Map<string, { orgId: string; deviceIds: Set<string> }>()
  const devices = new Map<string, string>()

  function takeDevices(): News[] {
    if (devices.size > MAX_DEVICES_WAITING) {
      const flooded = [...new Set(devices.values())]
      devices.clear()
      // news like any other, so that whoever is away just now hears of it too
      return flooded.map((orgId) => ({ kind: 'flood', orgId }))
    }
    const taken = [...devices].slice(0, MAX_DEVICES)
    for (const [deviceId] of taken) devices.delete(deviceId)
    return taken.map(([deviceId, orgId]) => ({ kind: 'device', orgId, deviceId }))
  }

  return {
    add(changes) {
      for (const change of changes) {
        if (change.kind === 'job') jobs.set(change.jobId, change.orgId)
        else if (change.kind === 'device') devices.set(change.deviceId, change.orgId)
        else {
          const known = tasks.get(change.jobId) ?? { orgId: change.orgId, deviceIds: new Set() }
          tasks.set(change.jobId, known)
          known.deviceIds.add(change.deviceId)
        }
      }
    },
    isEmpty: () => jobs.size + tasks.size + devices.size === 0,
    take() {
      const news: News[] = [
        ...[...jobs].map(([jobId, orgId]): News => ({ kind: 'job', orgId, jobId })),
        ...[...tasks].map(([jobId, { orgId, deviceIds }]): News => {
          const carried = [...deviceIds].slice(0, MAX_TASKS)
          return { kind: 'tasks', orgId, jobId, deviceIds: carried, more: deviceIds.size > carried.length }
        }),
        ...takeDevices(),
      ]
      jobs.clear()
      tasks.clear()
      return news
    },
  }
}
