import { Box } from '@mantine/core'

import { useLiveStatus } from '#src/api/use-live.ts'
import { StateBadge } from '#src/components/StateBadge.tsx'
import { clockTime } from '#src/lib/time.ts'
import styles from './Shell.module.css'

/** The time that the page is true for. Not a live region: a clock that is read out every second helps nobody. */
export function AsOf({ zone }: { zone: string }) {
  const { at, stale } = useLiveStatus()
  return (
    <Box className={styles['asOf']} title={zone}>
      <StateBadge tone={stale ? 'warning' : at ? 'good' : 'waiting'}>
        <Box component="span" visibleFrom="xs">
          {at ? 'As of ' : 'Connecting'}
        </Box>
        {at && <time dateTime={at}>{clockTime(at, zone)}</time>}
      </StateBadge>
    </Box>
  )
}
