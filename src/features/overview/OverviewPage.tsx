import { SimpleGrid, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { percentDone } from '#domain/job.ts'
import { useLive } from '#src/api/use-live.ts'
import { Empty } from '#src/components/Empty.tsx'
import { JobTable } from '#src/components/JobTable.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { productChoiceQuery } from '#src/features/products/queries.ts'
import { jobListQuery } from '#src/features/jobs/queries.ts'
import { useMyOrg } from '#src/features/session/queries.ts'
import { useOrg } from '#src/lib/use-org.ts'
import { Connections } from './Connections.tsx'
import { FirstSteps } from './FirstSteps.tsx'
import { ToVerify } from './ToVerify.tsx'
import { Versions } from './Versions.tsx'

/** What an operator wants to know first: who is there, what runs, what waits. */
export default function OverviewPage() {
  const org = useOrg()
  useLive(org, { devices: true })
  const products = useQuery(productChoiceQuery(org))
  const isNew = products.data?.items.length === 0
  return (
    <>
      <PageHeader title="Overview">{useMyOrg(org)?.name}</PageHeader>
      {isNew ? (
        <FirstSteps org={org} />
      ) : (
        <Stack gap="lg">
          <SimpleGrid cols={{ base: 1, md: 3 }}>
            <Connections org={org} />
            <Versions org={org} />
            <ToVerify org={org} />
          </SimpleGrid>
          <RunningJobs org={org} />
        </Stack>
      )}
    </>
  )
}

function RunningJobs({ org }: { org: string }) {
  const jobs = useQuery(jobListQuery(org, { state: 'started' }))
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
