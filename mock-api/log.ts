import type { LogEntry } from '#contract/manage/devices.ts'

import { changesOf } from '#domain/changes.ts'

import { clock, iso } from './clock.ts'
import { db } from './db.ts'
import type { LogRow } from './world.ts'

export type Entry = Pick<LogRow, 'orgId' | 'actor' | 'action' | 'summary'> &
  Partial<Pick<LogRow, 'jobId' | 'deviceId' | 'from' | 'to' | 'why'>> & {
    /** What it happened to; left out where job and device say it. */
    object?: { kind: string; id: string }
    /** From where, of somebody who is nobody yet. */
    address?: string
    before?: object
    after?: object
  }

/** A line about a device in a job is about its task, any other about the one that it names. */
function objectOf({ object, jobId, deviceId }: Entry): Pick<LogRow, 'objectKind' | 'objectId'> {
  if (object) return { objectKind: object.kind, objectId: object.id }
  if (deviceId) return { objectKind: jobId ? 'task' : 'device', objectId: deviceId }
  return { objectKind: 'job', objectId: jobId ?? '' }
}

const kindOf = (actorId: string): LogRow['actorKind'] => {
  if (db.users.some(({ id }) => id === actorId)) return 'user'
  return actorId === '' ? 'system' : 'device'
}

/** Appends one line; nothing ever changes or removes one. @param at epoch milliseconds */
export function record(entry: Entry, at = clock.now()): void {
  const { orgId, actor, action, summary, from = null, to = null, why = null, jobId = null, deviceId = null } = entry
  const actorKind = kindOf(actor.id)
  db.log.push({
    orgId,
    action,
    summary,
    from,
    to,
    why,
    jobId,
    deviceId,
    actorKind,
    ...objectOf(entry),
    actor: {
      id: actor.id,
      name: actor.name,
    },
    address: entry.address ?? (actorKind === 'user' ? '127.0.0.1' : ''),
    changes: changesOf(entry),
    id: crypto.randomUUID(),
    at: iso(at),
  })
}

const places = new WeakMap<LogRow, number>()
/** Lines are numbered in the order in which they were written, the first time that one of them is asked for. */
function placeOf(entry: LogRow): number {
  if (!places.has(entry)) db.log.forEach((row, place) => places.set(row, place))
  return places.get(entry) ?? -1
}

/** Lines of one instant stand in the order in which they were written. */
export const logKey = (entry: LogRow): string => `${entry.at} ${String(placeOf(entry)).padStart(9, '0')}`

/** A line as stories of a job or device show it. */
export const logView = ({ id, at, actor, action, summary, from, to, why, jobId }: LogRow): LogEntry => ({
  id,
  at,
  actor,
  action,
  summary,
  from,
  to,
  why,
  jobId,
})
