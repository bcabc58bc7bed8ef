import { v7 } from 'uuid'

/**
 * Makes time-ordered identifiers: each sorts behind the one before it, also within one millisecond
 * and when the clock is set back.
 */
export function idMaker(): (at: number) => string {
  let msecs = 0
  let seq = 0
  return (at) => {
    if (at > msecs) {
      msecs = at
      seq = 0
    } else seq += 1
    return v7({ msecs, seq })
  }
}

/** The identifiers of this process: log entries and jobs are read in the order of theirs. */
export const newId = idMaker()
