interface Sample {
  at: number
  bytes: number
}

/** How far back the speed is measured, ms: long enough to be calm, short enough to notice a change. */
const WINDOW_MS = 5_000

/** Measures the speed of a transfer from what it reports. Each call answers bytes per second, null until known. */
export function createSpeedometer() {
  let samples: Sample[] = []
  return (bytes: number, now: number): number | null => {
    samples = [...samples.filter(({ at }) => now - at <= WINDOW_MS), { at: now, bytes }]
    const first = samples[0]
    if (!first || now - first.at < 250) return null
    return Math.max(0, ((bytes - first.bytes) / (now - first.at)) * 1000)
  }
}
