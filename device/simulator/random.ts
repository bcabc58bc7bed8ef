import { createHash } from 'node:crypto'

/** Numbers from 0 to 1 that are the same for the same seed, on every machine. */
export type Random = () => number

/** mulberry32, begun from a digest of the seed so that similar seeds differ at once. */
export function createRandom(seed: string): Random {
  let state = createHash('sha256').update(seed).digest().readUInt32LE(0)
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
