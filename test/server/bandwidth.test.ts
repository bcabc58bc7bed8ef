import { Readable, Writable } from 'node:stream'

import { describe, expect, test } from 'vitest'

import { stoppedClock } from '#server/clock.ts'
import { createBandwidth, type Bandwidth } from '#server/http/bandwidth.ts'

const START = Date.UTC(2026, 0, 5)
const RATE = 100_000
const SECOND = 1_000

/** A file of this size, read as files are: in pieces, here of four turns, and no further than somebody takes them. */
function file(sizeBytes: number, pieceBytes = 20_000): Readable & { taken: number } {
  const source = Object.assign(
    new Readable({
      read() {
        const bytes = Math.min(pieceBytes, sizeBytes - source.taken)
        source.taken += bytes
        source.push(bytes === 0 ? null : Buffer.alloc(bytes, 7))
      },
    }),
    { taken: 0 },
  )
  return source
}

/** Takes everything that comes, and counts it. */
function reader(stream: Readable): { bytes: number; ended: Promise<void> } {
  const seen = { bytes: 0, ended: Promise.resolve() }
  seen.ended = new Promise((resolve) => stream.once('close', resolve))
  stream.pipe(
    new Writable({
      write(piece: Buffer, _encoding, done) {
        seen.bytes += piece.length
        done()
      },
    }),
  )
  return seen
}

describe('downloads under a cap', () => {
  const start = () => {
    const clock = stoppedClock(START)
    return { clock, bandwidth: createBandwidth(RATE, clock) }
  }
  /** What goes in a turn before it is paid for. */
  const TURN = RATE * 0.05

  /** Moves time in steps that a turn fits in, and lets every timer of the process look at it. */
  const passes = async (clock: ReturnType<typeof stoppedClock>, bandwidth: Bandwidth, ms: number) => {
    for (let gone = 0; gone < ms; gone += 50) {
      const before = bandwidth.counts().bytes
      await clock.advance(50)
      await expect.poll(() => bandwidth.counts().bytes, { interval: 1 }).toBeGreaterThan(before)
    }
  }

  test('together send what the cap allows, and each its share', async () => {
    const { clock, bandwidth } = start()
    const readers = Array.from({ length: 4 }, () => reader(bandwidth.share(file(1e9))))
    await passes(clock, bandwidth, SECOND)
    expect(bandwidth.counts().bytes).toBeLessThanOrEqual(RATE + 2 * TURN)
    expect(bandwidth.counts().bytes).toBeGreaterThanOrEqual(RATE - TURN)
    const shares = readers.map(({ bytes }) => bytes)
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(2 * TURN)
  })

  test('leave to the others what one does not take', async () => {
    const { clock, bandwidth } = start()
    const idle = bandwidth.share(file(1e9))
    const busy = reader(bandwidth.share(file(1e9)))
    await passes(clock, bandwidth, SECOND)
    expect(busy.bytes).toBeGreaterThan(RATE * 0.6)
    idle.destroy()
  })

  test('come to their end, every byte of them', async () => {
    const { clock, bandwidth } = start()
    const some = reader(bandwidth.share(file(30_001)))
    const drain = async () => {
      await clock.advance(50)
      return some.bytes
    }
    await expect.poll(drain, { interval: 1 }).toBe(30_001)
    await some.ended
    expect(bandwidth.counts()).toMatchObject({ running: 0, completed: 1, cut: 0, bytes: 30_001 })
  })

  test('give their turn back when nobody reads them any more', async () => {
    const { clock, bandwidth } = start()
    const source = file(1e9)
    const gone = bandwidth.share(source)
    reader(gone)
    const stays = reader(bandwidth.share(file(1e9)))
    gone.destroy()
    await expect.poll(() => bandwidth.counts().running).toBe(1)
    expect(source.destroyed).toBe(true)
    const before = stays.bytes
    await passes(clock, bandwidth, SECOND)
    expect(stays.bytes - before).toBeGreaterThan(RATE * 0.9)
    expect(bandwidth.counts()).toMatchObject({ cut: 1, completed: 0 })
  })
})

describe('downloads without a cap', () => {
  test('are read no further than they are taken', async () => {
    const bandwidth = createBandwidth(0, stoppedClock(START))
    const source = file(20_000_000)
    const stream = bandwidth.share(source)
    stream.once('readable', () => undefined)
    await expect.poll(() => source.taken).toBeGreaterThan(0)
    await new Promise(setImmediate)
    expect(source.taken).toBeLessThan(200_000)
    stream.destroy()
  })

  test('of which one fails fail for whoever reads them, and count as cut', async () => {
    const bandwidth = createBandwidth(0, stoppedClock(START))
    const source = file(1e9)
    const stream = bandwidth.share(source)
    const failed = new Promise<Error>((resolve) => stream.once('error', resolve))
    source.destroy(new Error('The disk is gone'))
    expect((await failed).message).toBe('The disk is gone')
    await expect.poll(() => bandwidth.counts()).toMatchObject({ running: 0, cut: 1 })
  })

  test('of one device are eight at once, and of another as many', () => {
    const bandwidth = createBandwidth(0, stoppedClock(START))
    const streams = Array.from({ length: 8 }, () => bandwidth.share(file(1e9), 'dev1'))
    expect([bandwidth.admits('dev1'), bandwidth.admits('dev2')]).toEqual([false, true])
    expect(bandwidth.counts()).toMatchObject({ running: 8, refused: 1 })
    for (const stream of streams) stream.destroy()
  })
})
