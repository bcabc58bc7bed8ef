let offset = 0

/** The mock's only source of time: the wall clock, moved forward as far as a test or a developer asked. */
export const clock = {
  /** Epoch milliseconds. */
  now: (): number => Date.now() + offset,
  /** Hours pass in a moment; the engine catches up with its next tick. */
  advance: (milliseconds: number): void => {
    offset += milliseconds
  },
  reset: (): void => {
    offset = 0
  },
}

export const iso = (at: number): string => new Date(at).toISOString()
export const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at))
