import { Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { Empty } from '#src/components/Empty.tsx'
import { KeysetPager } from '#src/components/KeysetPager.tsx'
import { LogTable } from '#src/components/LogTable.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { useUrl } from '#src/lib/use-url.ts'
import { deviceHistoryQuery } from './queries.ts'

export function DeviceHistory({ org, deviceId }: { org: string; deviceId: string }) {
  const { search, change } = useUrl()
  const history = useQuery(deviceHistoryQuery(org, deviceId, search.get('cursor') ?? undefined))
  return (
    <Section title="History" bare>
      <Resource
        noun="the history"
        query={history}
        isEmpty={({ items }) => items.length === 0}
        empty={<Empty title="Nothing has happened to this device yet" />}
      >
        {(page) => (
          <Stack gap="xs">
            <LogTable label="History" entries={page.items} />
            <KeysetPager noun="entry" plural="entries" page={page} go={(cursor) => change({ cursor })} />
          </Stack>
        )}
      </Resource>
    </Section>
  )
}
