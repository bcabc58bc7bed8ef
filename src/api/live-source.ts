import { LiveEvents, type LiveEventName } from '#contract/manage/live.ts'
import { streamBroke } from './chunk.ts'
import { FRESH_MS } from './fresh.ts'

/** What travels from the stream to those who listen, also from one tab to another. */
export type Signal =
  /** `resumed` is false when nothing says where an earlier connection ended, so that changes may be missing. */
  { kind: 'open'; resumed: boolean } | { kind: 'event'; name: LiveEventName; data: string }

export type Hear = (signal: Signal) => void

/** The stream of one address. */
export interface Source {
  close(): void
  /** Says no more, and waits for the server to end it: another one has been asked for in its place. */
  retire(): void
  /**
   * Id of an event for whoever goes on with another address. It lies as far back as what a page may show unasked: nobody
   * listened yet for what is looked at from now on.
   */
  goOnFrom(): string | undefined
}

const EVENT_NAMES = Object.keys(LiveEvents) as LiveEventName[]
/** A connection that died without a word (a lost network, a sleeping laptop) is given up after this, in ms. */
const SILENCE_MS = 10_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 8_000
/** A server that did not end a retired stream by then is not waited for any longer. */
const RETIRED_MS = 5_000

/**
 * Opens the stream. The browser resumes after cuts; refusals and dead connections are begun anew here, from the last
 * event that was heard.
 * @param addressSince the address of the stream, going on after an event where one is given
 */
export function openSource(addressSince: (id?: string) => string, hear: Hear, since?: string): Source {
  let source: EventSource
  let watch: ReturnType<typeof setTimeout>
  let failures = 0
  let retired = false
  /** The last ids, each once: all of the last `FRESH_MS`, and one before. */
  let heard = since === undefined ? [] : [{ id: since, at: performance.now() }]
  const lastId = () => heard.at(-1)?.id

  const note = (id: string) => {
    if (id === '' || id === lastId()) return
    const at = performance.now()
    heard.push({ id, at })
    const newestOld = heard.findLastIndex((one) => one.at < at - FRESH_MS)
    if (newestOld > 0) heard = heard.slice(newestOld)
  }

  const begin = () => {
    source = new EventSource(addressSince(lastId()))
    source.onopen = () => {
      failures = 0
      streamBroke.set(false)
      hear({ kind: 'open', resumed: lastId() !== undefined })
      guard()
    }
    source.onerror = () => {
      streamBroke.set(true)
      if (source.readyState === EventSource.CLOSED) beginLater()
    }
    for (const name of EVENT_NAMES) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        if (retired) return
        note(event.lastEventId)
        hear({ kind: 'event', name, data: event.data })
        guard()
      })
    }
    guard()
  }
  const guard = () => {
    clearTimeout(watch)
    watch = setTimeout(beginAgain, SILENCE_MS)
  }
  const beginAgain = () => {
    streamBroke.set(true)
    source.close()
    begin()
  }
  const beginLater = () => {
    clearTimeout(watch)
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** failures++)
    // spread, so that a restarted server does not meet every page in the same moment
    watch = setTimeout(beginAgain, pause * (0.5 + Math.random() / 2))
  }

  const stop = () => {
    window.removeEventListener('online', beginAgain)
    clearTimeout(watch)
  }

  begin()
  window.addEventListener('online', beginAgain)
  return {
    goOnFrom: () => (heard.findLast(({ at }) => at < performance.now() - FRESH_MS) ?? heard[0])?.id,
    close() {
      stop()
      source.close()
      // nobody listens any more, and so nothing is known
      streamBroke.set(false)
    },
    retire() {
      stop()
      retired = true
      const ending = source
      ending.onopen = null
      ending.onerror = () => ending.close()
      setTimeout(() => ending.close(), RETIRED_MS)
    },
  }
}
