import type { Clock, Logger } from '#server/ports.ts'
import { createBucket } from './bucket.ts'
import { rates } from './config.ts'

/** Writes a line about somebody who was refused, unless there were very many: nobody fills the log by being refused. */
export type RefusalLog = (what: string, fields: Record<string, unknown>) => void

/** Names as they may be logged: whoever is refused may have given one of any length. */
export const shortName = (name: string): string => name.slice(0, 130)

export function createRefusalLog(log: Logger, clock: Clock): RefusalLog {
  const lines = createBucket(rates.refusalLines, clock)
  return (what, fields) => {
    if (lines.take()) log.info(fields, what)
  }
}
