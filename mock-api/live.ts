import type { LiveEvent } from '#contract/manage/live.ts'

import { clock, iso } from './clock.ts'
import { db } from './db.ts'
import { tasksOfDevice } from './find.ts'
import { deviceView, jobView, taskView } from './views.ts'

/** What changed; told after the world holds it. */
export type Change =
  | { kind: 'job'; orgId: string; jobId: string }
  | { kind: 'task'; orgId: string; jobId: string; deviceId: string }
  | { kind: 'device'; orgId: string; deviceId: string }

export interface Watch {
  orgId: string
  /** Jobs whose devices are looked at. */
  watched: readonly string[]
  jobs: boolean
  devices: boolean
}

interface Numbered {
  id: number
  change: Change
}

type Listener = (numbered: Numbered) => void

/** Events that a reconnecting page can still be told. */
const RING = 10_000
let ring: Numbered[] = []
let lastId = 0
const listeners = new Set<Listener>()

export function announce(...changes: Change[]): void {
  for (const change of changes) {
    const numbered = { id: ++lastId, change }
    ring.push(numbered)
    if (ring.length > 2 * RING) ring = ring.slice(-RING)
    for (const listener of listeners) listener(numbered)
  }
}

/** Id of the newest event. */
export const latestId = (): number => lastId

export function listen(listener: Listener): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** What came after that event; null when it is not known any more, and the page must ask again. */
export function since(lastEventId: number): Numbered[] | null {
  const first = ring[0]?.id ?? lastId + 1
  return lastEventId >= first - 1 && lastEventId <= lastId ? ring.filter(({ id }) => id > lastEventId) : null
}

/** The event as this watcher gets it, as things stand now; null when it does not watch that. */
export function eventFor(watch: Watch, change: Change): LiveEvent | null {
  if (change.orgId !== watch.orgId) return null
  const now = clock.now()
  const at = iso(now)
  if (change.kind === 'device') {
    const device = db.devices.find(({ id }) => id === change.deviceId)
    if (!watch.devices) return null
    // it is gone: whoever shows it has to ask what there is
    return device ? { name: 'device', data: { at, device: deviceView(device) } } : { name: 'reset', data: { at } }
  }
  if (change.kind === 'job') {
    const job = db.jobs.find(({ id }) => id === change.jobId)
    return job && (watch.jobs || watch.watched.includes(job.id))
      ? { name: 'job', data: { at, job: jobView(job) } }
      : null
  }
  const task = tasksOfDevice(change.deviceId).find(({ jobId }) => jobId === change.jobId)
  if (!task || !watch.watched.includes(change.jobId)) return null
  return { name: 'tasks', data: { at, jobId: change.jobId, tasks: [taskView(task, now)], more: false } }
}
