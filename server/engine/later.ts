import type { Clock } from '#server/ports.ts'

const MAX_REMEMBERED = 20_000

export interface Later {
  /** Looks at the device again at that time. */
  add(deviceId: string, at: number): void
  stop(): void
}

export interface LaterTerms {
  due: (deviceIds: string[]) => void
  /** More waited than is remembered, and the last of them may go now. */
  overflown: () => void
}

/** Devices whose gate opens at a known time; one timer for the earliest. */
export function createLater(clock: Clock, { due, overflown }: LaterTerms): Later {
  const times = new Map<string, number>()
  let overflowAt: number | null = null
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
    if (over) overflowAt = null
    const rest = [...times.values(), ...(overflowAt === null ? [] : [overflowAt])]
    if (rest.length > 0) arm(rest.reduce((a, b) => Math.min(a, b)))
    if (ids.length > 0) due(ids)
    if (over) overflown()
  }

  return {
    add(deviceId, at) {
      if (times.size < MAX_REMEMBERED) times.set(deviceId, at)
      else overflowAt = Math.max(overflowAt ?? at, at)
      arm(at)
    },
    stop: () => armed?.cancel(),
  }
}
