import { List } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import type { Job } from '#contract/manage/jobs.ts'
import { FAILURE_LABELS } from '#src/components/failure-labels.ts'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { count } from '#src/lib/bytes.ts'
import { failuresQuery } from './queries.ts'

/** What the failed devices have in common; the most frequent first. */
export function Failures({ org, job: { id, counts } }: { org: string; job: Job }) {
  const failures = useQuery(failuresQuery(org, id, counts.failed))
  return (
    <Section title="Failures by kind">
      <Resource noun="the failures" query={failures} height={48}>
        {({ items }) => (
          <List size="sm" spacing={4} aria-label="Failures by kind">
            {items
              .toSorted((a, b) => b.count - a.count)
              .map(({ kind, count: n }) => (
                <List.Item key={kind}>
                  <strong>{count(n)}</strong> {FAILURE_LABELS[kind]}
                </List.Item>
              ))}
          </List>
        )}
      </Resource>
    </Section>
  )
}
