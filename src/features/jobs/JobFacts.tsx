import { Anchor, Paper, Stack } from '@mantine/core'
import { Link } from 'react-router-dom'

import type { Job } from '#contract/manage/jobs.ts'
import { percentDone, totalOf } from '#domain/job.ts'
import { Facts } from '#src/components/Facts.tsx'
import { JobProgress } from '#src/components/JobProgress.tsx'
import { Time } from '#src/components/Time.tsx'
import { count } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { haltRuleOf, scopeOf, strategyOf, takeOverOf } from './words.ts'

/** The facts of a job in the order that operators know, and below them how it goes about its work. */
export function JobFacts({ org, job }: { org: string; job: Job }) {
  const { type, counts, firmware, policy, startedAt, endedAt } = job
  return (
    <Paper withBorder p="md">
      <Stack gap="md">
        <Facts
          label="Job"
          facts={[
            [
              'Product',
              <Anchor key="product" component={Link} to={paths.product(org, job.productKey)} inherit>
                {job.productName}
              </Anchor>,
            ],
            ['Created On', <Time key="created" at={job.createdAt} by={job.createdBy.name} />],
            ['Targeted Devices', count(totalOf(counts))],
            [
              type === 'verify' ? 'Verification Percentage' : 'Upgrade Percentage',
              <JobProgress key="progress" counts={counts} percent={percentDone(counts)} />,
            ],
            ['Job Name', job.name],
            ['Started', <Time key="started" at={startedAt} never="not yet" />],
            ...(policy.startAt ? [['Not before', <Time key="begin" at={policy.startAt} />] as const] : []),
            ...(endedAt ? [['Ended', <Time key="ended" at={endedAt} />] as const] : []),
          ]}
        />
        <Facts
          label="Strategy"
          asLines
          facts={[
            ['Scope', scopeOf(job)],
            ['Strategy', strategyOf(policy)],
            ['Halt rule', haltRuleOf(job)],
            ...(job.supersede ? [['With its start', takeOverOf(job)] as const] : []),
            ['Firmware', <FirmwareFact key="firmware" org={org} firmware={firmware} />],
          ]}
        />
      </Stack>
    </Paper>
  )
}

function FirmwareFact({ org, firmware: { id, name, version, deleted } }: { org: string; firmware: Job['firmware'] }) {
  if (deleted) return `${name} ${version}, deleted`
  return (
    <Anchor component={Link} to={paths.firmware(org, id)} inherit>
      {name} {version}
    </Anchor>
  )
}
