import type { Clock, Logger } from '#server/ports.ts'
import { createBucket, createBuckets } from './bucket.ts'
import { limits, rates } from './config.ts'
import type { Counters } from './counters.ts'

/** Keeps those who knock too often from the others' door. */
export interface Doorkeeper {
  /** False when too many of this address wait already; true has to be followed by one `known`. */
  stranger(address: string): boolean
  /** The connection has logged in or gone. */
  known(address: string): void
  /** Whether this device, whose signature was right, may log in again already. */
  mayLogIn(deviceId: string): boolean
  /** Counts a refusal, and writes a line unless there were very many. */
  refused(reason: string, fields: { device: string; address: string }): void
}

export function createDoorkeeper(
  clock: Clock,
  counters: Counters,
  log: Logger,
  strangersPerAddress: number = limits.strangersPerAddress,
): Doorkeeper {
  const strangers = new Map<string, number>()
  const logins = createBuckets(rates.logins, clock)
  const lines = createBucket(rates.refusalLines, clock)
  return {
    stranger(address) {
      const count = strangers.get(address) ?? 0
      if (count >= strangersPerAddress) {
        counters.count('connection_ended_tooManyStrangers')
        return false
      }
      strangers.set(address, count + 1)
      return true
    },
    known(address) {
      const count = (strangers.get(address) ?? 0) - 1
      if (count > 0) strangers.set(address, count)
      else strangers.delete(address)
    },
    mayLogIn: (deviceId) => logins.take(deviceId),
    refused(reason, { device, address }) {
      counters.count(`login_refused_${reason}`)
      if (lines.take()) log.info({ device: device.slice(0, 130), address, reason }, 'Refused a device')
    },
  }
}
