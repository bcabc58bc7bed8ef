/** Counts what was let in and what was refused, for the metrics page. */
export interface Counters {
  count(name: string): void
  snapshot(): Record<string, number>
}

export function createCounters(): Counters {
  const counts = new Map<string, number>()
  return {
    count: (name) => void counts.set(name, (counts.get(name) ?? 0) + 1),
    snapshot: () => Object.fromEntries(counts),
  }
}
