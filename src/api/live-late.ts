import type { QueryClient } from '@tanstack/react-query'

import { createStore } from '#src/lib/store.ts'
import { fetchChunk } from './chunk.ts'
import type { createLive, Live, LiveStatus } from './live.ts'

/** As much of the module as is needed of it. */
export interface LiveModule {
  createLive: typeof createLive
}

/**
 * The stream, fetched when somebody first watches: it brings the shapes of all that it carries, for which the first page
 * need not wait. What is wished for meanwhile is asked for when it is there.
 */
export function createLateLive(
  client: QueryClient,
  fetchLive: () => Promise<LiveModule> = () => fetchChunk(() => import('./live.ts')),
): Live {
  const status = createStore<LiveStatus>({ at: null, stale: false })
  let hub: Promise<Live> | undefined
  const fetchHub = () => fetchLive().then((module) => module.createLive(client, { status }))
  const giveUp = () => {
    hub = undefined
    // nothing is heard, as of a stream that is cut; whoever watches next asks again
    status.set({ ...status.get(), stale: true })
  }
  return {
    status,
    watch(org, topics) {
      let isOver = false
      let end = () => {
        isOver = true
      }
      hub ??= fetchHub()
      hub.then((live) => {
        if (!isOver) end = live.watch(org, topics)
      }, giveUp)
      return () => end()
    },
  }
}
