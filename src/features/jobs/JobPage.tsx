import { Skeleton, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useState } from 'react'

import type { Job } from '#contract/manage/jobs.ts'
import { late } from '#src/api/late.tsx'
import { useLive } from '#src/api/use-live.ts'
import { JOB_TYPE_WORDS, JobBadge } from '#src/components/JobBadge.tsx'
import { MissingDialog, MissingPart } from '#src/components/Missing.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { paths } from '#src/lib/paths.ts'
import { useOrg, useParam } from '#src/lib/use-org.ts'
import { useUrl } from '#src/lib/use-url.ts'
import { CountsInPrint } from './CountsInPrint.tsx'
import { Failures } from './Failures.tsx'
import { FirmwareCleanup } from './FirmwareCleanup.tsx'
import { JobActs } from './JobActs.tsx'
import { JobFacts } from './JobFacts.tsx'
import { JobStanding } from './JobStanding.tsx'
import { jobQuery } from './queries.ts'
import { TaskTabs } from './TaskTabs.tsx'
import { Timeline } from './Timeline.tsx'
import { WaveStrip } from './WaveStrip.tsx'

/** Below the devices or asked for by a click: fetched when the rest stands. */
const ProgressChart = late(() => import('./ProgressChart.tsx').then((module) => module.ProgressChart), MissingPart)
const DeviceDrawer = late(
  () => import('./DeviceDrawer.tsx').then((module) => module.DeviceDrawer),
  ({ deviceKey, ...missing }) => deviceKey !== undefined && <MissingDialog {...missing} />,
)

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
            <JobBadge state={data.state} phase={data.phase} />
            {`, ${JOB_TYPE_WORDS[data.type]}`}
          </>
        )}
      </PageHeader>
      <Resource noun="this job" query={job} wayOut={{ to: back.to, label: 'All jobs' }}>
        {(shown) => (
          // another job is another page: nothing that is open or chosen goes over to it
          <Stack key={jobId} gap="lg">
            <JobFacts org={org} job={shown} />
            <JobStanding org={org} job={shown} />
            <FirmwareCleanup org={org} job={shown} />
            <WaveStrip org={org} job={shown} />
            <CountsInPrint counts={shown.counts} />
            {/* what made it halt is what everybody comes for; else it is the devices */}
            {shown.state === 'halted' && <SomeFailures org={org} job={shown} />}
            <TaskTabs org={org} job={shown} />
            {shown.state !== 'halted' && <SomeFailures org={org} job={shown} />}
            <Suspense fallback={<CurveToCome />}>
              <ProgressChart org={org} job={shown} />
            </Suspense>
            <Timeline org={org} jobId={jobId} />
            <OneDevice org={org} job={shown} />
          </Stack>
        )}
      </Resource>
    </>
  )
}

const SomeFailures = (props: { org: string; job: Job }) => props.job.counts.failed > 0 && <Failures {...props} />

/** Keeps the place, so that what stands below does not move away from under the eyes. */
const CurveToCome = () => (
  <Section title="Progress over time">
    <Skeleton height={200} role="status" aria-label="Loading the progress" />
  </Section>
)

/** The device in the URL, if there is one. The drawer comes with the first and stays, so that it can close as it opened. */
function OneDevice({ org, job }: { org: string; job: Job }) {
  const { search, change } = useUrl()
  const deviceKey = search.get('device') ?? undefined
  const [wasAsked, setAsked] = useState(false)
  if (deviceKey !== undefined && !wasAsked) setAsked(true)
  const close = () => change({ device: undefined }, { keepPage: true })
  return <Suspense>{wasAsked && <DeviceDrawer org={org} job={job} deviceKey={deviceKey} close={close} />}</Suspense>
}
