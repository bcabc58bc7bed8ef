import { SimpleGrid, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { percentDone } from '#domain/job.ts'
import { useLive } from '#src/api/use-live.ts'
import { Empty } from '#src/components/Empty.tsx'
import { JobTable } from '#src/components/JobTable.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { useMyOrg } from '#src/features/session/queries.ts'
import { useOrg } from '#src/lib/use-org.ts'
import { Connections } from './Connections.tsx'
import { FirstSteps } from './FirstSteps.tsx'
import { RecentFailures } from './RecentFailures.tsx'
import { StopAll, startedJobsQuery } from './StopAll.tsx'
import { useFirstSteps } from './use-first-steps.ts'
import { Versions } from './Versions.tsx'
import { Waiting } from './Waiting.tsx'

/** What an operator wants to know first: what waits for them, what runs, what failed, who is there. */
export default function OverviewPage() {
  const org = useOrg()
  useLive(org, { devices: true })
  const { steps, isBegun } = useFirstSteps(org)
  return (
    <>
      <PageHeader title="Overview" actions={<StopAll org={org} />}>
        {useMyOrg(org)?.name}
      </PageHeader>
      <Stack gap="lg">
        {!isBegun && <FirstSteps steps={steps} />}
        {isBegun !== false && <Field org={org} />}
      </Stack>
    </>
  )
}

function Field({ org }: { org: string }) {
  return (
    <>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Waiting org={org} />
        <RecentFailures org={org} />
      </SimpleGrid>
      <RunningJobs org={org} />
      <SimpleGrid cols={{ base: 1, md: 2 }} style={{ alignItems: 'start' }}>
        <Connections org={org} />
        <Versions org={org} />
      </SimpleGrid>
    </>
  )
}

function RunningJobs({ org }: { org: string }) {
  const jobs = useQuery(startedJobsQuery(org))
  return (
    <Section title="Running jobs" bare>
      <Resource
        noun="running jobs"
        query={jobs}
        height={96}
        isEmpty={({ items }) => items.length === 0}
        empty={<Empty title="No job is running" />}
      >
        {({ items }) => <JobTable org={org} label="Running jobs" jobs={items} percentOf={percentDone} />}
      </Resource>
    </Section>
  )
}
