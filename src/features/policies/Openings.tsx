import { List, Text } from '@mantine/core'

import type { Window } from '#contract/manage/policies.ts'
import { openings, type Opening } from '#domain/window.ts'
import { useClock } from '#src/components/Time.tsx'
import { duration } from '#src/lib/time.ts'

const SHOWN = 5

function nextOf(window: Window, from: number): Opening[] {
  const next: Opening[] = []
  for (const opening of openings(window, from)) {
    next.push(opening)
    if (next.length === SHOWN) break
  }
  return next
}

/** When the window is open next, told in its own zone: that is where the devices stand. */
export function Openings({ window, startAt }: { window: Window; startAt: string | null }) {
  const { now } = useClock()
  const next = nextOf(window, Math.max(now, startAt === null ? now : Date.parse(startAt)))
  const words = new Intl.DateTimeFormat('en-SG', {
    timeZone: window.zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return (
    <div>
      <Text size="sm" fw={600}>
        Next openings, {window.zone} time
      </Text>
      {next.length === 0 ? (
        <Text size="sm">The window does not open within a year.</Text>
      ) : (
        <List size="sm" spacing={2} aria-label="Next openings">
          {next.map(({ start, end }) => (
            <List.Item key={start}>
              {words.format(start)}, for {duration((end - start) / 1000)}
              {start <= now && ', open now'}
            </List.Item>
          ))}
        </List>
      )}
    </div>
  )
}
