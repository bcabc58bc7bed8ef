import { BEAT_MS, type LiveEvent } from '#contract/manage/live.ts'
import type { Clock, LiveFilter, LiveHub, LiveSubscriber, Logger } from '#server/ports.ts'
import type { LiveReader } from '#server/ports-engine.ts'

import { createPending } from './pending.ts'
import { createRing, type News } from './ring.ts'
import { concerns, inShort, readEvents } from './tell.ts'

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

interface Watcher {
  filter: LiveFilter
  subscriber: LiveSubscriber
  /** Id up to which it has been told everything: where it may go on after a cut. */
  upTo: string
}

/** Tells browsers what was committed: gathered, read once, numbered, and kept for those that come back. */
export function createHub({ reader, clock, log, epoch }: HubTerms): Hub {
  const pending = createPending()
  const ring = createRing(epoch, RING_SIZE)
  const watchers = new Set<Watcher>()
  /** Id up to which everybody has been told; the ring may hold newer ones that are still being read. */
  let told = ring.latest()
  const cancels = new Map<'turn' | 'beat', () => void>()
  /** One at a time, so that nobody hears an older state of a row after a newer one. */
  let line: Promise<void> = Promise.resolve()
  const at = () => new Date(clock.now()).toISOString()
  const resets = (): LiveEvent[] => [{ name: 'reset', data: { at: at() } }]

  function inLine(work: () => Promise<void>): void {
    line = line.then(work).catch((error: unknown) => {
      log.error({ err: error }, 'live events could not be read; browsers are told to ask again')
      told = ring.latest()
      for (const watcher of watchers) say(watcher, resets(), told)
    })
  }

  /**
   * Only the last word carries the new id: a browser that is cut off before it is told all of them again, once more
   * some that it knows, and never too few.
   */
  function say(watcher: Watcher, events: readonly LiveEvent[], upTo: string): void {
    const before = watcher.upTo
    watcher.upTo = upTo
    for (const [i, event] of events.entries()) watcher.subscriber.send(event, i === events.length - 1 ? upTo : before)
  }
  const sendBeat = ({ subscriber, upTo }: Watcher) => subscriber.send({ name: 'beat', data: { at: at() } }, upTo)

  function once(what: 'turn' | 'beat', inMs: number, task: () => void): void {
    if (cancels.has(what)) return
    const fire = () => {
      cancels.delete(what)
      task()
    }
    cancels.set(what, clock.at(clock.now() + inMs, fire))
  }

  /** All is read before the first word is said, and nobody is told what they left while it was read. */
  async function tell(news: readonly News[], those: readonly Watcher[]): Promise<void> {
    const upTo = ring.latest()
    const filters = those.map(({ filter }) => filter)
    const eventsFor = await readEvents(reader, news, filters, at())
    for (const watcher of those) if (watchers.has(watcher)) say(watcher, eventsFor(watcher.filter), upTo)
  }

  async function turn(): Promise<void> {
    const news = pending.take()
    // before anything can fail: what waits must not wait for the next change
    if (!pending.isEmpty()) nextTurn()
    news.forEach(ring.add)
    await tell(news, [...watchers])
    told = ring.latest()
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
    const short = missed && inShort(missed.filter((news) => concerns(news, watcher.filter)))
    if (short && short.length <= MAX_REPLAY) await tell(short, [watcher])
    else say(watcher, resets(), ring.latest())
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
        say(watcher, resets(), told)
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
