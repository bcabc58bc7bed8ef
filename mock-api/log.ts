import { clock, iso } from './clock.ts'
import { db } from './db.ts'
import type { LogRow } from './world.ts'

export type Entry = Pick<LogRow, 'orgId' | 'actor' | 'action' | 'summary'> &
  Partial<Pick<LogRow, 'jobId' | 'deviceId' | 'from' | 'to' | 'why'>>

/** Appends one line; nothing ever changes or removes one. @param at epoch milliseconds */
export function record({ actor, ...entry }: Entry, at = clock.now()): void {
  db.log.push({
    jobId: null,
    deviceId: null,
    from: null,
    to: null,
    why: null,
    ...entry,
    actor: { id: actor.id, name: actor.name },
    id: crypto.randomUUID(),
    at: iso(at),
  })
}

/** Lines of one instant stand in the order in which they were written. */
export const logKey = (entry: LogRow): string => `${entry.at} ${String(db.log.indexOf(entry)).padStart(9, '0')}`

export function logView({ orgId: _, deviceId: __, ...entry }: LogRow) {
  return entry
}
