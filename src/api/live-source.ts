import { LiveEvents, type LiveEventName } from '#contract/manage/live.ts'

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
  /** Id of the last event, for whoever goes on from there with another address. */
  lastId(): string | undefined
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
  let lastId = since
  let retired = false

  const begin = () => {
    source = new EventSource(addressSince(lastId))
    source.onopen = () => {
      failures = 0
      hear({ kind: 'open', resumed: lastId !== undefined })
      guard()
    }
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) beginLater()
    }
    for (const name of EVENT_NAMES) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        if (retired) return
        if (event.lastEventId !== '') lastId = event.lastEventId
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
    lastId: () => lastId,
    close() {
      stop()
      source.close()
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
