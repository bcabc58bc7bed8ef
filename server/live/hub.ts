import { BEAT_MS } from '#contract/manage/live.ts'
import type { Clock, LiveHub, Logger } from '#server/ports.ts'
import type { LiveReader } from '#server/ports-engine.ts'

import { createPending } from './pending.ts'
import { createRing } from './ring.ts'
import { concerns, inShort, tell, type Watcher } from './tell.ts'

/** At most ten batches a second. */
const TURN_MS = 100
const RING_SIZE = 10_000
/** Rows that a resuming browser is told one by one; beyond it asking again is cheaper. */
const MAX_REPLAY = 500

export interface HubTerms {
  reader: LiveReader
  clock: Clock
  log: Logger
  /** Names this process among all that were and will be. */
  epoch: string
}

export interface Hub extends LiveHub {
  /** Resolves when everything that was announced before has been told. */
  idle(): Promise<void>
  /** Streams that are open. */
  streams(): number
  stop(): void
}

/** Tells browsers what was committed: gathered, read once, numbered, and kept for those that come back. */
export function createHub({ reader, clock, log, epoch }: HubTerms): Hub {
  const pending = createPending()
  const ring = createRing(epoch, RING_SIZE)
  const watchers = new Set<Watcher>()
  /** Id of the newest event that everybody has been told of; the ring may hold newer ones that are still being read. */
  let told = ring.latest()
  const cancels = new Map<'turn' | 'beat', () => void>()
  /** One at a time, so that nobody hears an older state of a row after a newer one. */
  let line: Promise<void> = Promise.resolve()
  const at = () => new Date(clock.now()).toISOString()

  function inLine(work: () => Promise<void>): void {
    line = line.then(work).catch((error: unknown) => {
      log.error({ err: error }, 'live events could not be read; browsers are told to ask again')
      goOnFrom(ring.latest(), watchers)
      for (const watcher of watchers) reset(watcher)
    })
  }

  const reset = ({ subscriber, upTo }: Watcher) => subscriber.send({ name: 'reset', data: { at: at() } }, upTo)
  const sendBeat = ({ subscriber, upTo }: Watcher) => subscriber.send({ name: 'beat', data: { at: at() } }, upTo)

  function goOnFrom(id: string, those: Iterable<Watcher>): void {
    told = id
    for (const watcher of those) watcher.upTo = id
  }

  function once(what: 'turn' | 'beat', inMs: number, task: () => void): void {
    if (cancels.has(what)) return
    const fire = () => {
      cancels.delete(what)
      task()
    }
    cancels.set(what, clock.at(clock.now() + inMs, fire))
  }

  async function turn(): Promise<void> {
    const { news, flooded } = pending.take()
    const entries = news.map(ring.add)
    const listening = [...watchers]
    await tell(reader, entries, listening, at())
    goOnFrom(ring.latest(), listening)
    for (const watcher of listening)
      if (looksAtDevices(watcher) && flooded.includes(watcher.filter.orgId)) reset(watcher)
    if (!pending.isEmpty()) nextTurn()
  }
  const nextTurn = () => once('turn', TURN_MS, () => inLine(turn))

  function beat(): void {
    if (watchers.size === 0) return
    for (const watcher of watchers) sendBeat(watcher)
    once('beat', BEAT_MS, beat)
  }

  function join(watcher: Watcher): void {
    watchers.add(watcher)
    once('beat', BEAT_MS, beat)
  }

  /** Tells what was missed; in line, so that nothing of it is told twice or out of its order. */
  async function replay(watcher: Watcher, lastEventId: string): Promise<void> {
    const missed = ring.since(lastEventId)
    const short = missed && inShort(missed.filter(({ news }) => concerns(news, watcher.filter)))
    const isTold = short !== undefined && short.length <= MAX_REPLAY
    if (isTold) await tell(reader, short, [watcher], at())
    watcher.upTo = ring.latest()
    if (!isTold) reset(watcher)
  }

  return {
    announce(changes) {
      if (changes.length === 0) return
      pending.add(changes)
      nextTurn()
    },
    subscribe(filter, lastEventId, subscriber) {
      const isKnown = lastEventId !== undefined && ring.since(lastEventId) !== undefined
      const watcher: Watcher = { filter, subscriber, upTo: isKnown ? lastEventId : told }
      let ended = false
      if (isKnown) {
        sendBeat(watcher)
        inLine(async () => {
          if (ended) return
          // among the watchers first: when the replay fails it is told to ask again like everybody
          join(watcher)
          await replay(watcher, lastEventId)
        })
      } else {
        // what is being told just now was kept before: whoever asks again sees it
        reset(watcher)
        sendBeat(watcher)
        join(watcher)
      }
      return () => {
        ended = true
        watchers.delete(watcher)
      }
    },
    streams: () => watchers.size,
    async idle() {
      await line
    },
    stop() {
      for (const cancel of cancels.values()) cancel()
      watchers.clear()
    },
  }
}

const looksAtDevices = ({ filter }: Watcher): boolean => filter.devices || filter.watched.length > 0
