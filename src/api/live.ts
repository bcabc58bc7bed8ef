import type { QueryClient } from '@tanstack/react-query'

import { LiveEvents, STALE_AFTER_MS, type LiveEvent, type LiveEventName } from '#contract/manage/live.ts'
import { createStore, type Store } from '#src/lib/store.ts'
import { createLiveCache } from './live-cache.ts'
import { openShared, type OpenStream, type Stream } from './live-share.ts'
import type { Signal } from './live-source.ts'
import { together, wantedOf, type Topics, type Wanted } from './live-topics.ts'

/**
 * How long what nobody asks for any more is still listened to, ms: the page that comes after its chunk often asks for the
 * same. Two streams begun at once may reach the server in the other order, and the earlier would end the later.
 */
const LEAVE_MS = 100

export interface LiveStatus {
  /** The server's time of the last event; null before the first. */
  at: string | null
  /** Silent for longer than `STALE_AFTER_MS`. */
  stale: boolean
}

export interface Live {
  status: Store<LiveStatus>
  /** Asks for topics of an organisation until the answer is called. What several pieces ask is one stream. */
  watch(org: string, topics: Topics): () => void
}

interface LiveParts {
  open?: OpenStream
  /** Where it is told how the stream stands. */
  status?: Store<LiveStatus>
}

interface Wish {
  org: string
  topics: Topics
}

/** The one source of live data: listens while anybody watches, and writes what it hears into the query cache. */
export function createLive(
  client: QueryClient,
  { open = openShared, status = createStore<LiveStatus>({ at: null, stale: false }) }: LiveParts = {},
): Live {
  const wishes = new Set<Wish>()
  let current: (Stream & { org: string }) | undefined
  let silence: ReturnType<typeof setTimeout>

  const listen = () => {
    clearTimeout(silence)
    silence = setTimeout(() => status.set({ ...status.get(), stale: true }), STALE_AFTER_MS)
  }

  const begin = (org: string, wanted: Wanted): Stream => {
    const cache = createLiveCache(client, org)
    let heard = false
    const hear = (signal: Signal) => {
      listen()
      const isFirst = !heard
      heard = true
      if (signal.kind === 'open') {
        if (signal.resumed) cache.recover()
        else cache.catchUp()
        return
      }
      const event = parse(signal.name, signal.data)
      if (event) status.set({ at: event.data.at, stale: false })
      // a tab that joins another's stream hears no opening
      if (isFirst || !event || event.name === 'reset') cache.catchUp()
      else cache.write(event)
    }
    const stream = open(org, wanted, hear)
    listen()
    return {
      change: stream.change,
      close() {
        stream.close()
        cache.close()
      },
    }
  }

  const follow = () => {
    const asked = wanting(wishes)
    if (current && asked && current.org === asked.org) return current.change(asked.wanted)
    current?.close()
    current = asked && { org: asked.org, ...begin(asked.org, asked.wanted) }
    if (!current) clearTimeout(silence)
  }

  return {
    status,
    watch(org, topics) {
      const wish = { org, topics }
      wishes.add(wish)
      // one page leaves and the next comes in the same moment: decide once, afterwards
      queueMicrotask(follow)
      return () => {
        wishes.delete(wish)
        setTimeout(follow, LEAVE_MS)
      }
    },
  }
}

/** What answers every wish; the last one names the organisation. */
function wanting(wishes: ReadonlySet<Wish>): { org: string; wanted: Wanted } | undefined {
  const org = [...wishes].at(-1)?.org
  if (org === undefined) return undefined
  const mine = [...wishes].filter((wish) => wish.org === org)
  return { org, wanted: together(mine.map(({ topics }) => wantedOf(topics))) }
}

function parse(name: LiveEventName, data: string): LiveEvent | undefined {
  try {
    const parsed = LiveEvents[name].safeParse(JSON.parse(data))
    return parsed.success ? ({ name, data: parsed.data } as LiveEvent) : undefined
  } catch {
    return undefined
  }
}
