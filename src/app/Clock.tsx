import { use, useSyncExternalStore, type ReactNode } from 'react'

import { LiveContext } from '#src/api/use-live.ts'
import { ClockContext } from '#src/components/Time.tsx'

/** Times on screen are told anew when this many milliseconds have passed, by the server's clock. */
const TICK_MS = 10_000

/** The zone and the time of everything on the page. The time comes with the beats of the stream. */
export function Clock({ zone, children }: { zone: string; children: ReactNode }) {
  const live = use(LiveContext)
  const now = useSyncExternalStore(
    (onChange) => live?.status.subscribe(onChange) ?? (() => undefined),
    () => Math.floor(Date.parse(live?.status.get().at ?? new Date().toISOString()) / TICK_MS) * TICK_MS,
  )
  return <ClockContext value={{ zone, now }}>{children}</ClockContext>
}
