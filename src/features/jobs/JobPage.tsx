import { Anchor, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import type { Job } from '#contract/manage/jobs.ts'
import { percentDone, totalOf } from '#domain/job.ts'
import { useLive } from '#src/api/use-live.ts'
import { Facts } from '#src/components/Facts.tsx'
import { JOB_TYPE_WORDS, JobBadge } from '#src/components/JobBadge.tsx'
import { JobProgress } from '#src/components/JobProgress.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Time } from '#src/components/Time.tsx'
import { count } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { useOrg, useParam } from '#src/lib/use-org.ts'
import { Failures } from './Failures.tsx'
import { JobActs } from './JobActs.tsx'
import { JobStanding } from './JobStanding.tsx'
import { jobQuery } from './queries.ts'
import { TaskTabs } from './TaskTabs.tsx'
import { Timeline } from './Timeline.tsx'
import { WaveStrip } from './WaveStrip.tsx'
import { scopeOf, strategyOf } from './words.ts'

export default function JobPage() {
  const org = useOrg()
  const jobId = useParam('jobId')
  useLive(org, { job: jobId })
  const job = useQuery(jobQuery(org, jobId))
  const back = { to: paths.jobs(org), label: 'OTA Jobs' }
  const { data } = job
  return (
    <>
      <PageHeader
        title={data ? `${data.firmware.name} | ${data.firmware.version}` : 'OTA Job'}
        back={back}
        actions={data && <JobActs org={org} job={data} />}
      >
        {data && (
          <>
            <JobBadge state={data.state} />
            {`, ${JOB_TYPE_WORDS[data.type]}`}
          </>
        )}
      </PageHeader>
      <Resource
        noun="this job"
        query={job}
        wayOut={
          <Anchor component={Link} to={back.to}>
            All jobs
          </Anchor>
        }
      >
        {(shown) => (
          <Stack gap="lg">
            <JobFacts org={org} job={shown} />
            <JobStanding org={org} job={shown} />
            <WaveStrip org={org} job={shown} />
            <TaskTabs org={org} job={shown} />
            {shown.counts.failed > 0 && <Failures org={org} job={shown} />}
            <Timeline org={org} jobId={jobId} />
          </Stack>
        )}
      </Resource>
    </>
  )
}

function JobFacts({ org, job }: { org: string; job: Job }) {
  const { type, counts, firmware } = job
  const percent = percentDone(counts)
  return (
    <Stack gap="sm">
      <Facts
        label="Job"
        facts={[
          ['Product', job.productName],
          ['Created On', <Time key="created" at={job.createdAt} />],
          ['Created by', job.createdBy.name],
          ['Targeted Devices', count(totalOf(counts))],
          [
            type === 'verify' ? 'Verification Percentage' : 'Upgrade Percentage',
            <JobProgress key="progress" counts={counts} percent={percent} />,
          ],
          ['Job Name', job.name],
        ]}
      />
      <Facts
        label="Strategy"
        facts={[
          ['Scope', scopeOf(job)],
          ['Strategy', strategyOf(job.policy)],
          [
            'Firmware',
            firmware.deleted ? (
              'deleted'
            ) : (
              <Anchor key="firmware" component={Link} to={paths.firmware(org, firmware.id)} inherit>
                {firmware.name} {firmware.version}
              </Anchor>
            ),
          ],
        ]}
      />
    </Stack>
  )
}
