import { slotOf } from '#domain/progress-curve.ts'

import { db } from './db.ts'
import { countsOf } from './find.ts'
import type { JobRow } from './world.ts'

/** Keeps the job's counters for the slot of that moment, as the server does. @param at epoch milliseconds */
export function keepPoint({ id, startedAt, createdAt }: JobRow, at: number): void {
  const slot = slotOf(Date.parse(startedAt ?? createdAt), at)
  const known = db.progress.find((point) => point.jobId === id && point.at === slot)
  if (known) known.counts = countsOf(id)
  else db.progress.push({ jobId: id, at: slot, counts: countsOf(id) })
}
