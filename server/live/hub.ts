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
  const cancels = new Map<'turn' | 'beat', () => void>()
  /** One at a time, so that nobody hears an older state of a row after a newer one. */
  let line: Promise<void> = Promise.resolve()
  const at = () => new Date(clock.now()).toISOString()

  function inLine(work: () => Promise<void>): void {
    line = line.then(work).catch((error: unknown) => {
      log.error({ err: error }, 'live events could not be read; browsers are told to ask again')
      for (const { subscriber } of watchers) subscriber.send({ name: 'reset', data: { at: at() } }, ring.latest())
    })
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
    await tell(reader, entries, [...watchers], at())
    for (const { filter, subscriber } of watchers)
      if ((filter.devices || filter.watched.length > 0) && flooded.includes(filter.orgId))
        subscriber.send({ name: 'reset', data: { at: at() } }, ring.latest())
    if (!pending.isEmpty()) nextTurn()
  }
  const nextTurn = () => once('turn', TURN_MS, () => inLine(turn))

  function beat(): void {
    if (watchers.size === 0) return
    for (const { subscriber } of watchers) subscriber.send({ name: 'beat', data: { at: at() } }, undefined)
    once('beat', BEAT_MS, beat)
  }

  async function begin(watcher: Watcher, lastEventId: string | undefined): Promise<void> {
    const { filter, subscriber } = watcher
    const missed = lastEventId === undefined ? undefined : ring.since(lastEventId)
    const told = missed && inShort(missed.filter(({ news }) => concerns(news, filter)))
    if (told && told.length <= MAX_REPLAY) await tell(reader, told, [watcher], at())
    else subscriber.send({ name: 'reset', data: { at: at() } }, lastEventId === undefined ? undefined : ring.latest())
  }

  return {
    announce(changes) {
      if (changes.length === 0) return
      pending.add(changes)
      nextTurn()
    },
    subscribe(filter, lastEventId, subscriber) {
      const watcher = { filter, subscriber }
      let ended = false
      subscriber.send({ name: 'beat', data: { at: at() } }, undefined)
      inLine(async () => {
        if (ended) return
        // among the watchers first: when the replay fails it is told to ask again like everybody
        watchers.add(watcher)
        once('beat', BEAT_MS, beat)
        await begin(watcher, lastEventId)
      })
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
