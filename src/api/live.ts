import type { QueryClient } from '@tanstack/react-query'

import { live, LiveEvents, STALE_AFTER_MS, type LiveEvent, type LiveEventName } from '#contract/manage/live.ts'
import { createStore, type Store } from '#src/lib/store.ts'
import { addressOf } from './call.ts'
import { createLiveCache } from './live-cache.ts'
import { openShared, type OpenStream, type Signal } from './live-source.ts'

/** What a page wants to hear of. */
export interface Topics {
  job?: string
  jobs?: boolean
  devices?: boolean
}

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

interface Wish {
  org: string
  topics: Topics
}

/** The one source of live data: listens while anybody watches, and writes what it hears into the query cache. */
export function createLive(client: QueryClient, open: OpenStream = openShared): Live {
  const status = createStore<LiveStatus>({ at: null, stale: false })
  const wishes = new Set<Wish>()
  let current: { url: string; close: () => void } | undefined
  let silence: ReturnType<typeof setTimeout>

  const listen = () => {
    clearTimeout(silence)
    silence = setTimeout(() => status.set({ ...status.get(), stale: true }), STALE_AFTER_MS)
  }

  const begin = (org: string, url: string) => {
    const cache = createLiveCache(client, org)
    let heard = false
    const hear = (signal: Signal) => {
      listen()
      const isFirst = !heard
      heard = true
      if (signal.kind === 'open') {
        if (!signal.resumed) cache.catchUp()
        return
      }
      const event = parse(signal.name, signal.data)
      if (event) status.set({ at: event.data.at, stale: false })
      // a tab that joins another's stream hears no opening
      if (isFirst || !event || event.name === 'reset') cache.catchUp()
      else cache.write(event)
    }
    const close = open(url, hear)
    listen()
    return () => {
      close()
      cache.close()
    }
  }

  const follow = () => {
    const wanted = wanting(wishes)
    if (wanted?.url === current?.url) return
    current?.close()
    current = wanted && { url: wanted.url, close: begin(wanted.org, wanted.url) }
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
        queueMicrotask(follow)
      }
    },
  }
}

/** The one address that answers every wish; the last one names the organisation and the job. */
function wanting(wishes: ReadonlySet<Wish>): { org: string; url: string } | undefined {
  const org = [...wishes].at(-1)?.org
  if (org === undefined) return undefined
  const topics = [...wishes].filter((wish) => wish.org === org).map((wish) => wish.topics)
  const job = topics.findLast((topic) => topic.job)?.job
  const flag = (on: boolean) => (on ? ('1' as const) : undefined)
  const query = {
    ...(job && { job }),
    jobs: flag(topics.some((topic) => topic.jobs)),
    devices: flag(topics.some((topic) => topic.devices)),
  }
  return { org, url: addressOf(live.stream, { params: { org }, query }) }
}

function parse(name: LiveEventName, data: string): LiveEvent | undefined {
  try {
    const parsed = LiveEvents[name].safeParse(JSON.parse(data))
    return parsed.success ? ({ name, data: parsed.data } as LiveEvent) : undefined
  } catch {
    return undefined
  }
}
