import { Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { KeysetPager } from '#src/components/KeysetPager.tsx'
import { LogTable } from '#src/components/LogTable.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { useUrl } from '#src/lib/use-url.ts'
import { timelineQuery } from './queries.ts'

/** What happened to the job. Its page stands in the URL beside the page of devices. */
export function Timeline({ org, jobId }: { org: string; jobId: string }) {
  const { search, change } = useUrl()
  const timeline = useQuery(timelineQuery(org, jobId, search.get('timeline') ?? undefined))
  const go = (next: string | undefined) => change({ timeline: next }, { keepPage: true })
  return (
    <Section title="Timeline" bare>
      <Resource
        noun="the timeline"
        query={timeline}
        height={96}
        isEmpty={({ items }) => items.length === 0}
        empty={<Text size="sm">Nothing has happened yet.</Text>}
      >
        {(page) => (
          <Stack gap="xs">
            <LogTable label="Timeline" entries={page.items} />
            <KeysetPager noun="entry" plural="entries" page={page} go={go} />
          </Stack>
        )}
      </Resource>
    </Section>
  )
}
