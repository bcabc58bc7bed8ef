import type { Clock } from '#server/ports.ts'

const MAX_REMEMBERED = 20_000
/** Everything is looked at no more often than that, whatever the number of times that were forgotten. */
const APART_MS = 60_000

export interface Later {
  /** Looks at the device again at that time; one that waits for several is looked at at the first of them. */
  add(deviceId: string, at: number): void
  stop(): void
}

export interface LaterTerms {
  due: (deviceIds: string[]) => void
  /** More waited than is remembered, and one of the others may go now. */
  overflown: () => void
  /** Devices that are remembered one by one. */
  most?: number
}

/** Devices whose gate opens at a known time; one timer for the earliest. */
export function createLater(clock: Clock, { due, overflown, most = MAX_REMEMBERED }: LaterTerms): Later {
  const times = new Map<string, number>()
  let overflowAt: number | null = null
  let lookedAt: number | null = null
  let armed: { at: number; cancel: () => void } | null = null

  function arm(at: number): void {
    if (armed !== null && armed.at <= at) return
    armed?.cancel()
    armed = { at, cancel: clock.at(at, fire) }
  }

  function fire(): void {
    armed = null
    const now = clock.now()
    const ids = [...times].filter(([, at]) => at <= now).map(([id]) => id)
    for (const id of ids) times.delete(id)
    const over = overflowAt !== null && overflowAt <= now
    if (over) [overflowAt, lookedAt] = [null, now]
    const rest = [...times.values(), ...(overflowAt === null ? [] : [overflowAt])]
    if (rest.length > 0) arm(rest.reduce((a, b) => Math.min(a, b)))
    if (ids.length > 0) due(ids)
    if (over) overflown()
  }

  return {
    add(deviceId, at) {
      const known = times.get(deviceId)
      if (known !== undefined || times.size < most) {
        times.set(deviceId, Math.min(known ?? at, at))
        return arm(at)
      }
      // one that lies ahead was noted before the clock was set back
      const earliest = lookedAt === null || lookedAt > clock.now() ? at : Math.max(at, lookedAt + APART_MS)
      overflowAt = Math.min(overflowAt ?? earliest, earliest)
      arm(overflowAt)
    },
    stop: () => armed?.cancel(),
  }
}
