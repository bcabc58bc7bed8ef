import { pipeline, Transform, type Readable } from 'node:stream'

import type { Clock } from '#server/ports.ts'

/** What one download may send before the others have their turn; less where the cap is so low that it would take long. */
const TURN_BYTES = 65_536
const TURN_SECONDS = 0.05
/** Of one device. A device needs one; those that it lost without a word stay until they are seen to be stuck. */
const DOWNLOADS_OF_DEVICE = 8
/** A download of which nothing is taken for so long is stuck: it holds a file and a connection for nobody. */
const STUCK_MS = 120_000

export interface DownloadCounts {
  running: number
  /** Bytes of files that were handed to connections since the start. */
  bytes: number
  completed: number
  /** Ended by whoever asked, by the network, or because nothing was read any more. */
  cut: number
  /** Refused because their device has too many. */
  refused: number
}

/** What all downloads of this process share. */
export interface Bandwidth {
  /** After so long without a byte that was taken, milliseconds, a download is over. */
  readonly stuckMs: number
  /**
   * The same bytes, counted and, where there is a cap, in turns with all other downloads. In memory are at most a few
   * reads of `source`, however slowly they are taken.
   * @param owner the device, where one is known
   */
  share(source: Readable, owner?: string): Readable
  /** False, and counted, when this device has as many downloads as it may. */
  admits(owner: string): boolean
  counts(): DownloadCounts
}

interface Turn {
  bytes: number
  go(): void
}

/** Lets turns go in the order in which they were asked for, as fast as the cap allows. */
function createLine(bytesPerSecond: number, clock: Pick<Clock, 'monotonic'>) {
  const waiting = new Set<Turn>()
  /** Monotonic milliseconds at which all that went is paid for. */
  let paidAt = -Infinity
  let isServing = false
  let isArmed = false

  function serve(): void {
    if (isServing) return
    isServing = true
    for (const turn of waiting) {
      const now = clock.monotonic()
      if (paidAt > now) {
        arm(paidAt - now)
        break
      }
      waiting.delete(turn)
      paidAt = Math.max(paidAt, now) + (turn.bytes / bytesPerSecond) * 1_000
      turn.go()
    }
    isServing = false
  }

  function arm(ms: number): void {
    if (isArmed) return
    isArmed = true
    const wake = () => {
      isArmed = false
      serve()
    }
    // not by the wall clock, which may jump
    setTimeout(wake, Math.ceil(ms)).unref()
  }

  return {
    /** Each download waits for one turn at a time, so that a greedy one gets no more than a modest one. */
    ask(bytes: number, go: () => void): () => void {
      const turn = { bytes, go }
      waiting.add(turn)
      serve()
      return () => void waiting.delete(turn)
    },
  }
}

/** @param bytesPerSecond of all downloads together; 0 sets no cap */
export function createBandwidth(
  bytesPerSecond: number,
  clock: Pick<Clock, 'monotonic'>,
  stuckMs: number = STUCK_MS,
): Bandwidth {
  const line = createLine(bytesPerSecond, clock)
  const turnBytes =
    bytesPerSecond === 0 ? Infinity : Math.max(1, Math.min(TURN_BYTES, Math.floor(bytesPerSecond * TURN_SECONDS)))
  const ofDevice = new Map<string, number>()
  const counts = { running: 0, bytes: 0, completed: 0, cut: 0, refused: 0 }

  const begins = (owner: string | undefined) => {
    counts.running += 1
    if (owner !== undefined) ofDevice.set(owner, (ofDevice.get(owner) ?? 0) + 1)
  }
  const ends = (owner: string | undefined, isComplete: boolean) => {
    counts.running -= 1
    counts[isComplete ? 'completed' : 'cut'] += 1
    if (owner === undefined) return
    const left = (ofDevice.get(owner) ?? 1) - 1
    if (left > 0) ofDevice.set(owner, left)
    else ofDevice.delete(owner)
  }

  /** Splits what was read into turns and passes each on when it has come. */
  function taking(): { stream: Transform; leave(): void } {
    let leave: () => void = () => undefined
    const stream = new Transform({
      transform(piece: Buffer, _encoding, done) {
        const pass = (from: number): void => {
          const bytes = piece.subarray(from, from + turnBytes)
          if (bytes.length === 0) return done()
          const go = () => {
            counts.bytes += bytes.length
            stream.push(bytes)
            pass(from + bytes.length)
          }
          if (bytesPerSecond === 0) go()
          else leave = line.ask(bytes.length, go)
        }
        pass(0)
      },
    })
    return { stream, leave: () => leave() }
  }

  return {
    stuckMs,
    share(source, owner) {
      begins(owner)
      const { stream, leave } = taking()
      stream.once('close', () => {
        leave()
        ends(owner, stream.readableEnded)
      })
      // a failure of the source reaches whoever reads the stream; one who stops reading ends the source
      pipeline(source, stream, () => undefined)
      return stream
    },
    admits(owner) {
      if ((ofDevice.get(owner) ?? 0) < DOWNLOADS_OF_DEVICE) return true
      counts.refused += 1
      return false
    },
    counts: () => ({ ...counts }),
  }
}
