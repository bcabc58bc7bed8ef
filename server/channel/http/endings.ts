import type { Clock } from '#server/ports.ts'

/** Devices whose sessions were ended by hand: their ids would hold on once the device is enabled again. */
export interface Endings {
  end(deviceId: string): void
  /** @param issuedAt epoch milliseconds */
  hasEnded(deviceId: string, issuedAt: number): boolean
}

/** The oldest is forgotten first; by then its sessions have mostly run out. */
const MAX = 10_000

export function createEndings(clock: Clock): Endings {
  const ended = new Map<string, number>()
  return {
    end(deviceId) {
      ended.delete(deviceId)
      ended.set(deviceId, clock.now())
      for (const oldest of ended.keys()) {
        if (ended.size <= MAX) break
        ended.delete(oldest)
      }
    },
    hasEnded: (deviceId, issuedAt) => issuedAt <= (ended.get(deviceId) ?? -1),
  }
}
