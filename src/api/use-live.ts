import { createContext, use, useEffect, useSyncExternalStore } from 'react'

import type { Live, LiveStatus } from './live.ts'
import type { Topics } from './live-topics.ts'

export const LiveContext = createContext<Live | undefined>(undefined)

function useLiveHub(): Live {
  const live = use(LiveContext)
  if (!live) throw new Error('Live data needs a LiveContext around it: see src/app/providers.tsx.')
  return live
}

/** Hears of the given topics of an organisation while the component is on screen. */
export function useLive(org: string, { job, jobs = false, devices = false }: Topics): void {
  const hub = useLiveHub()
  useEffect(() => hub.watch(org, { jobs, devices, ...(job && { job }) }), [hub, org, job, jobs, devices])
}

/** When the stream was last heard of, and whether it is silent. */
export function useLiveStatus(): LiveStatus {
  const { status } = useLiveHub()
  return useSyncExternalStore(status.subscribe, status.get)
}

/** Only whether it is silent: does not render again at every beat. */
export function useIsStale(): boolean {
  const { status } = useLiveHub()
  return useSyncExternalStore(status.subscribe, () => status.get().stale)
}
