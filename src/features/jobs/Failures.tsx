import { Anchor, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import type { FailureKind } from '#contract/manage/failure.ts'
import type { Job } from '#contract/manage/jobs.ts'
import { jobCan } from '#domain/can.ts'
import { ConfirmButton } from '#src/components/ConfirmButton.tsx'
import { DataTable, RowHeader } from '#src/components/DataTable.tsx'
import { FAILURE_LABELS } from '#src/components/failure-labels.ts'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { useRight } from '#src/features/session/queries.ts'
import { count, counted, percent } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { whyNot } from '#src/lib/why.ts'
import { failuresQuery, retryTasks } from './queries.ts'
import { useJobFacts } from './use-job-facts.ts'

const COLUMNS = ['Failure', 'Devices', 'Share', { hidden: 'Actions' }]

/** What the failed devices have in common, the most frequent first; what fails in one way is mended in one way. */
export function Failures({ org, job }: { org: string; job: Job }) {
  const failures = useQuery(failuresQuery(org, job.id, job.counts.failed))
  return (
    <Section title="Failures by kind" bare>
      <Resource noun="the failures" query={failures} height={96}>
        {({ items }) => {
          const all = items.reduce((sum, { count: n }) => sum + n, 0)
          return (
            <DataTable label="Failures by kind" columns={COLUMNS}>
              {items
                .toSorted((a, b) => b.count - a.count)
                .map(({ kind, count: n }) => (
                  <FailureRow key={kind} org={org} job={job} kind={kind} devices={n} share={percent(n, all)} />
                ))}
            </DataTable>
          )
        }}
      </Resource>
    </Section>
  )
}

interface RowProps {
  org: string
  job: Job
  kind: FailureKind
  devices: number
  /** Whole percent. */
  share: number
}

function FailureRow({ org, job, kind, devices, share }: RowProps) {
  return (
    <tr>
      <RowHeader>{FAILURE_LABELS[kind]}</RowHeader>
      <td>
        <Anchor
          component={Link}
          to={paths.job(org, job.id, { tab: 'failed', failure: kind })}
          preventScrollReset
          inherit
          aria-label={`Show ${counted(devices, 'device')}: ${FAILURE_LABELS[kind]}`}
        >
          {count(devices)}
        </Anchor>
      </td>
      <td>{share} %</td>
      <td data-screen>
        <RetryThese org={org} job={job} kind={kind} devices={devices} />
      </td>
    </tr>
  )
}

function RetryThese({ org, job, kind, devices }: Omit<RowProps, 'share'>) {
  const mayWrite = useRight('job.write', org)
  const facts = useJobFacts(org, job)
  const retry = useMutation({
    ...retryTasks(org, job.id),
    onSuccess: ({ affected }) => notifications.show({ message: `${counted(affected, 'device')} sent round again` }),
  })
  return (
    <ConfirmButton
      act="Retry these"
      title={`Retry ${counted(devices, 'device')}?`}
      mutation={retry}
      input={{ all: true, status: 'failed', failure: kind }}
      whyNot={whyNot(mayWrite, jobCan.retry(facts))}
      size="xs"
    >
      <Text size="sm">
        {FAILURE_LABELS[kind]}: {counted(devices, 'device')}. They go round again as soon as the gates of the job allow;
        what failed in another way stays as it is.
      </Text>
    </ConfirmButton>
  )
}
