/** FNV-1a's offset basis and prime, and Murmur3's finaliser to spread neighbours. */
const OFFSET = 0x811c9dc5
const PRIME = 0x01000193

/** A repeatable place of a device in [0, 1): the same seed and device always give the same. */
export function placeOf(seed: string, deviceId: string): number {
  let hash = OFFSET
  const text = `${seed}:${deviceId}`
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME)
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32
}
