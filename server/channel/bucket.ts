import type { Clock } from '#server/ports.ts'

export interface Rate {
  perSecond: number
  burst: number
}

/** Tokens that refill with time. */
export interface Bucket {
  /** Takes tokens that may not be there yet. @returns milliseconds until the debt is paid, 0 when there is none */
  spend(tokens: number): number
  /** Takes one token if there is one. */
  take(): boolean
}

export function createBucket({ perSecond, burst }: Rate, clock: Clock): Bucket {
  let tokens = burst
  let at = clock.monotonic()
  const refill = () => {
    const now = clock.monotonic()
    tokens = Math.min(burst, tokens + ((now - at) / 1_000) * perSecond)
    at = now
  }
  return {
    spend(count) {
      refill()
      tokens -= count
      return tokens >= 0 ? 0 : (-tokens / perSecond) * 1_000
    },
    take() {
      refill()
      if (tokens < 1) return false
      tokens -= 1
      return true
    },
  }
}

/** A bucket for each key; buckets that are full again are forgotten. */
export function createBuckets(rate: Rate, clock: Clock): { take(key: string): boolean } {
  const fillMs = (rate.burst / rate.perSecond) * 1_000
  const buckets = new Map<string, { bucket: Bucket; usedAt: number }>()
  let sweptAt = clock.monotonic()
  const sweep = (now: number) => {
    if (now - sweptAt < fillMs) return
    sweptAt = now
    for (const [key, { usedAt }] of buckets) if (now - usedAt > fillMs) buckets.delete(key)
  }
  return {
    take(key) {
      const now = clock.monotonic()
      sweep(now)
      const bucket = buckets.get(key)?.bucket ?? createBucket(rate, clock)
      buckets.set(key, { bucket, usedAt: now })
      return bucket.take()
    },
  }
}
