import { LiveEvents, type LiveEventName } from '#contract/manage/live.ts'

/** What travels from the stream to those who listen, also from one tab to another. */
export type Signal =
  /** `resumed` is false when nothing says where an earlier connection ended, so that changes may be missing. */
  { kind: 'open'; resumed: boolean } | { kind: 'event'; name: LiveEventName; data: string }

export type Hear = (signal: Signal) => void
/** Opens the stream at an address; the answer closes it. */
export type OpenStream = (url: string, hear: Hear) => () => void

const EVENT_NAMES = Object.keys(LiveEvents) as LiveEventName[]
/** A connection that died without a word (a lost network, a sleeping laptop) is given up after this, in ms. */
const SILENCE_MS = 10_000
const FIRST_PAUSE_MS = 1_000
const LONGEST_PAUSE_MS = 8_000

/** The stream of this tab alone. The browser resumes after cuts; refusals and dead connections are begun anew here. */
export const openOwn: OpenStream = (url, hear) => {
  let source: EventSource
  let watch: ReturnType<typeof setTimeout>
  let failures = 0

  const begin = () => {
    let hasId = false
    source = new EventSource(url)
    source.onopen = () => {
      failures = 0
      hear({ kind: 'open', resumed: hasId })
      guard()
    }
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED) beginLater()
    }
    for (const name of EVENT_NAMES) {
      source.addEventListener(name, (event: MessageEvent<string>) => {
        hasId ||= event.lastEventId !== ''
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

  begin()
  window.addEventListener('online', beginAgain)
  return () => {
    window.removeEventListener('online', beginAgain)
    clearTimeout(watch)
    source.close()
  }
}

/**
 * One stream for all tabs that ask the same: whoever holds the lock listens and tells the others, and when it goes
 * the next in line takes over. Browsers allow six connections to a server; eight tabs must not use them up.
 */
export const openShared: OpenStream = (url, hear) => {
  // both need a secure context; over plain HTTP every tab has its own
  if (!('locks' in navigator) || typeof BroadcastChannel === 'undefined') return openOwn(url, hear)
  const name = `live ${url}`
  const channel = new BroadcastChannel(name)
  channel.onmessage = ({ data }: MessageEvent<Signal>) => hear(data)
  const leaving = new AbortController()

  const lead = () =>
    new Promise<void>((release) => {
      const close = openOwn(url, (signal) => {
        hear(signal)
        channel.postMessage(signal)
      })
      leaving.signal.addEventListener('abort', () => {
        close()
        release()
      })
    })
  // leaving before one's turn rejects, and that is no failure
  navigator.locks.request(name, { signal: leaving.signal }, lead).catch(() => undefined)

  return () => {
    leaving.abort()
    channel.close()
  }
}
