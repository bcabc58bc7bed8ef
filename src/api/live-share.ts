import { openSource, type Hear, type Signal, type Source } from './live-source.ts'
import { liveAddress, NOTHING, together, type Wanted } from './live-topics.ts'

/** A tab's part in the stream of an organisation. */
export interface Stream {
  /** From now on this is wanted. */
  change(wanted: Wanted): void
  close(): void
}
export type OpenStream = (org: string, wanted: Wanted, hear: Hear) => Stream

/** Not a UUID of the browser's: those need a secure context. */
const streamName = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, '0')).join('')

/** The one connection, for everybody who wants something of it. */
function createLead(org: string, tell: Hear) {
  const wishes = new Map<string, Wanted>()
  let current: { address: string; source: Source } | undefined
  const stream = streamName()
  let turns = 0

  const follow = () => {
    const wanted = together([...wishes.values()])
    const address = liveAddress(org, wanted)
    if (current?.address === address) return
    // another address goes on from before, so that a change between them is not missed
    const since = current?.source.goOnFrom()
    current?.source.retire()
    const going = { stream, turn: ++turns }
    current = { address, source: openSource((id) => liveAddress(org, wanted, { since: id, ...going }), tell, since) }
  }
  return {
    /** @param wanted null when the tab is gone */
    heed(tab: string, wanted: Wanted | null) {
      if (wanted) wishes.set(tab, wanted)
      else wishes.delete(tab)
      follow()
    },
    close: () => current?.source.close(),
  }
}

/** The stream of this tab alone. */
const openAlone: OpenStream = (org, wanted, hear) => {
  const lead = createLead(org, hear)
  lead.heed('', wanted)
  return { change: (next) => lead.heed('', next), close: lead.close }
}

/** What tabs say to each other. */
type Word =
  | { kind: 'signal'; signal: Signal }
  | { kind: 'wish'; tab: string; wanted: Wanted | null }
  /** Whoever leads from now on asks what the others want. */
  | { kind: 'who' }

/**
 * One stream for all tabs of a browser, whatever each of them looks at: whoever holds the lock listens and tells the
 * others, and when it goes the next in line takes over. Browsers allow six connections to a server over HTTP/1.1;
 * eight tabs must not use them up.
 */
export const openShared: OpenStream = (org, wanted, hear) => {
  // both need a secure context; over plain HTTP every tab has its own
  if (!('locks' in navigator) || typeof BroadcastChannel === 'undefined') return openAlone(org, wanted, hear)
  const name = `live ${org}`
  const me = crypto.randomUUID()
  const channel = new BroadcastChannel(name)
  const say = (word: Word) => channel.postMessage(word)
  let mine: Wanted = wanted
  let lead: ReturnType<typeof createLead> | undefined

  channel.onmessage = ({ data: word }: MessageEvent<Word>) => {
    if (word.kind === 'signal') hear(word.signal)
    else if (word.kind === 'wish') lead?.heed(word.tab, word.wanted)
    else say({ kind: 'wish', tab: me, wanted: mine })
  }
  const leaving = new AbortController()
  const takeOver = () =>
    new Promise<void>((release) => {
      lead = createLead(org, (signal) => {
        hear(signal)
        say({ kind: 'signal', signal })
      })
      lead.heed(me, mine)
      say({ kind: 'who' })
      leaving.signal.addEventListener('abort', () => {
        lead?.close()
        lead = undefined
        release()
      })
    })
  // leaving before one's turn rejects, and that is no failure
  navigator.locks.request(name, { signal: leaving.signal }, takeOver).catch(() => undefined)
  say({ kind: 'wish', tab: me, wanted: mine })
  // a closed tab says nothing any more: what it wanted is given up while it still can
  const go = () => say({ kind: 'wish', tab: me, wanted: null })
  window.addEventListener('pagehide', go)

  return {
    change(next) {
      mine = next
      if (lead) lead.heed(me, next)
      else say({ kind: 'wish', tab: me, wanted: next })
    },
    close() {
      mine = NOTHING
      window.removeEventListener('pagehide', go)
      go()
      leaving.abort()
      channel.close()
    },
  }
}
