import type { Readable } from 'node:stream'

import type { PacketGuard } from './packet-guard.ts'

/** Bytes that one connection may hand on before the others have their turn. */
const SLICE_BYTES = 8_192

export interface ReadRules {
  guard: PacketGuard
  /** Told how many packets came; how many milliseconds nothing more is to be read. */
  pace(packets: number): number
  /** The connection has to end. */
  refused(error: Error): void
}

/**
 * Lets whoever reads from `stream` see only what the guard passes, in small slices and no faster than the pace. What is
 * not read stays in the sender's own buffers: a device that floods slows itself and nobody else.
 */
export function guardReads(stream: Readable, { guard, pace, refused }: ReadRules): void {
  const read = stream.read.bind(stream)
  let isResting = false

  const wake = () => {
    isResting = false
    if (!stream.destroyed) stream.emit('readable')
  }

  const filtered = (chunk: Buffer): Buffer | null => {
    try {
      const passed = guard.filter(chunk)
      return passed.length > 0 ? passed : null
    } catch (error) {
      refused(error instanceof Error ? error : new Error(String(error)))
      return null
    }
  }

  stream.read = (size?: number | null): Buffer | null => {
    // Node reads nothing at all in order to make the stream go on; taking a slice then would lose it
    if (size === 0) return read(0) as null
    if (isResting) return null
    const chunk = read(stream.readableLength > SLICE_BYTES ? SLICE_BYTES : undefined) as Buffer | null
    if (!chunk) return null
    const passed = filtered(chunk)
    const restMs = pace(guard.counted())
    if (restMs > 0) {
      isResting = true
      setTimeout(wake, restMs).unref()
    } else if (stream.readableLength > 0) {
      setImmediate(wake)
    }
    return passed
  }
}
