import { List, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'

import { ConfirmButton } from '#src/components/ConfirmButton.tsx'
import { jobListQuery, type Job } from '#src/features/jobs/queries.ts'
import { useRight } from '#src/features/session/queries.ts'
import { count, counted } from '#src/lib/bytes.ts'
import { whyNot } from '#src/lib/why.ts'
import { stopAllJobs } from './queries.ts'

/** Jobs that the question names one by one. */
const NAMED = 5

/** The emergency brake: what it touches, in numbers, then one confirmation. */
export function StopAll({ org }: { org: string }) {
  const mayStop = useRight('job.stop', org)
  const started = useQuery(startedJobsQuery(org)).data
  const stop = useMutation({
    ...stopAllJobs(org),
    onSuccess: ({ stopped }) => notifications.show({ message: `${counted(stopped, 'job')} stopped` }),
  })
  const jobs = started?.items ?? []
  return (
    <ConfirmButton
      act="Stop all jobs"
      title={`Stop ${counted(started?.total ?? jobs.length, 'started job')}?`}
      mutation={stop}
      whyNot={whyNot(mayStop, jobs.length > 0 || 'No job is started.')}
      dangerous
    >
      <Touched jobs={jobs} />
    </ConfirmButton>
  )
}

/** All that are started, as far as one page holds them. */
export const startedJobsQuery = (org: string) => jobListQuery(org, { state: 'started', limit: 200 })

const sumOf = (jobs: readonly Job[], of: (counts: Job['counts']) => number): number =>
  jobs.reduce((sum, { counts }) => sum + of(counts), 0)

function Touched({ jobs }: { jobs: readonly Job[] }) {
  const waiting = sumOf(jobs, ({ init }) => init)
  const underWay = sumOf(jobs, ({ published, upgrading }) => published + upgrading)
  const others = jobs.length - NAMED
  return (
    <Stack gap="xs">
      <Text size="sm">
        {counted(waiting, 'device')} that still {waiting === 1 ? 'waits gets' : 'wait get'} nothing.{' '}
        {counted(underWay, 'device')} under way {underWay === 1 ? 'goes' : 'go'} on and can no longer be called back.
        Each job can be started again.
      </Text>
      <List size="sm" aria-label="Jobs that will be stopped">
        {jobs.slice(0, NAMED).map(({ id, name, counts }) => (
          <List.Item key={id}>
            {name}: {count(counts.init)} waiting
          </List.Item>
        ))}
        {others > 0 && <List.Item>and {counted(others, 'other')}</List.Item>}
      </List>
    </Stack>
  )
}
