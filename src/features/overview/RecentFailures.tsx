import { Anchor, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import type { FailureReason } from '#contract/manage/overview.ts'
import { FAILURE_LABELS } from '#src/components/failure-labels.ts'
import { Bar, Bars } from '#src/components/Bars.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { paths } from '#src/lib/paths.ts'
import { recentFailuresQuery } from './queries.ts'

/** Jobs named beside a reason. */
const NAMED = 2

/** Why devices failed in the last day, and in which jobs: one reason that stands out is one thing to mend. */
export function RecentFailures({ org }: { org: string }) {
  const failures = useQuery(recentFailuresQuery(org))
  return (
    <Section title="Failures of the last 24 hours">
      <Resource
        noun="recent failures"
        query={failures}
        height={96}
        isEmpty={({ total }) => total === 0}
        empty={<Text size="sm">No device has failed.</Text>}
      >
        {({ items }) => (
          <Bars label="Failures of the last 24 hours">
            {items.map((reason) => (
              <Reason key={reason.kind} org={org} reason={reason} largest={items[0]?.count ?? 1} />
            ))}
          </Bars>
        )}
      </Resource>
    </Section>
  )
}

function Reason({
  org,
  reason: { kind, count: n, jobs },
  largest,
}: {
  org: string
  reason: FailureReason
  largest: number
}) {
  const others = jobs.length - NAMED
  return (
    <Bar count={n} largest={largest} tone="bad">
      {FAILURE_LABELS[kind]}
      <Text span size="xs" c="dimmed" display="block">
        {jobs.slice(0, NAMED).map(({ id, name }, place) => (
          <span key={id}>
            {place > 0 && ', '}
            <Anchor component={Link} to={paths.job(org, id, { tab: 'failed' })} inherit>
              {name}
            </Anchor>
          </span>
        ))}
        {others > 0 && ` and ${others} more`}
      </Text>
    </Bar>
  )
}
