/*
 * aedes' parser collects a packet whole, however large it says it is. This stands in front of it and looks at nothing
 * but the packets' fixed headers (MQTT 3.1.1, section 2.2).
 */

const PUBLISH = 3
const LENGTH_BYTES_MAX = 4

export interface GuardLimits {
  packetBytes: number
  skippedBytes: number
}

interface Header {
  type: number
  first: number
  /** Bytes of the header itself. */
  size: number
  /** Bytes that follow it. */
  length: number
}

/** Undefined while the header is not complete. */
function readHeader(bytes: Uint8Array, at: number): Header | undefined {
  const first = bytes[at]
  let length = 0
  for (let index = 0; index < LENGTH_BYTES_MAX; index++) {
    const byte = bytes[at + 1 + index]
    if (byte === undefined || first === undefined) return undefined
    length += (byte & 127) * 128 ** index
    if (byte < 128) return { type: first >> 4, first, size: index + 2, length }
  }
  throw new Error('The length of a packet is malformed')
}

function writeHeader(first: number, length: number): Buffer {
  const bytes = [first]
  let rest = length
  do {
    bytes.push((rest % 128) + (rest >= 128 ? 128 : 0))
    rest = Math.floor(rest / 128)
  } while (rest > 0)
  return Buffer.from(bytes)
}

export interface PacketGuard {
  limits: GuardLimits
  /**
   * What the parser may see of a chunk. A PUBLISH over the limit is cut off one byte behind it, so that whoever reads
   * the message finds it too large and can say so while the connection lives.
   * @throws Error when another packet is over the limit or a length is malformed: the connection has to end
   */
  filter(chunk: Buffer): Buffer
  /** Packets that began since this was last asked. */
  counted(): number
}

export function createPacketGuard(limits: GuardLimits): PacketGuard {
  let passing = 0
  let skipping = 0
  let partial: Buffer | undefined
  let packets = 0

  const begin = (header: Header): Header => {
    packets += 1
    const limit = guard.limits.packetBytes
    if (header.length <= limit) {
      passing = header.length
      return header
    }
    if (header.type !== PUBLISH || header.length > guard.limits.skippedBytes) throw new Error('A packet is too large')
    passing = limit + 1
    skipping = header.length - passing
    return { ...header, length: passing }
  }

  const filter = (given: Buffer): Buffer => {
    const chunk = partial ? Buffer.concat([partial, given]) : given
    partial = undefined
    const kept: Buffer[] = []
    let from = 0
    let at = 0
    while (at < chunk.length) {
      if (passing > 0) {
        const step = Math.min(passing, chunk.length - at)
        passing -= step
        at += step
      } else if (skipping > 0) {
        kept.push(chunk.subarray(from, at))
        const step = Math.min(skipping, chunk.length - at)
        skipping -= step
        at += step
        from = at
      } else {
        const header = readHeader(chunk, at)
        if (!header) {
          partial = chunk.subarray(at)
          kept.push(chunk.subarray(from, at))
          return Buffer.concat(kept)
        }
        const allowed = begin(header)
        if (allowed !== header) {
          kept.push(chunk.subarray(from, at), writeHeader(header.first, allowed.length))
          from = at + header.size
        }
        at += header.size
      }
    }
    if (kept.length === 0) return chunk
    kept.push(chunk.subarray(from))
    return Buffer.concat(kept)
  }

  const counted = () => {
    const count = packets
    packets = 0
    return count
  }

  const guard: PacketGuard = { limits, filter, counted }
  return guard
}
