import { useSyncExternalStore, use } from 'react'

import { LiveContext, useIsStale } from '#src/api/use-live.ts'
import { StateBadge } from '#src/components/StateBadge.tsx'
import { useClock } from '#src/components/Time.tsx'
import { clockTime } from '#src/lib/time.ts'
import styles from './Shell.module.css'

/** Says that the stream is silent, and nothing else: what is on screen stays there, and catches up by itself. */
export function StaleNotice() {
  const isStale = useIsStale()
  return <div role="status">{isStale && <Silence />}</div>
}

function Silence() {
  const { zone } = useClock()
  const live = use(LiveContext)
  const since = useSyncExternalStore(live!.status.subscribe, () => live!.status.get().at)
  return (
    <div className={styles['stale']}>
      <StateBadge tone="warning">
        {since
          ? `No live updates since ${clockTime(since, zone)}. What you see may be out of date; it catches up by itself.`
          : 'Live updates have not begun. What you see may be out of date; it catches up by itself.'}
      </StateBadge>
    </div>
  )
}
