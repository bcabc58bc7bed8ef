import { Anchor, Text } from '@mantine/core'
import { Link } from 'react-router-dom'

import type { Job, JobCounts } from '#contract/manage/jobs.ts'
import { count } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { DataTable, RowHeader } from './DataTable.tsx'
import { JOB_TYPE_WORDS, JobBadge } from './JobBadge.tsx'
import { JobProgress } from './JobProgress.tsx'
import { Time } from './Time.tsx'

interface Props {
  org: string
  label: string
  jobs: readonly Job[]
  /** How the rules of a job count its percentage. */
  percentOf: (counts: JobCounts) => number
}

/** Jobs as they stand; the same on every page that lists some. */
export function JobTable({ org, label, jobs, percentOf }: Props) {
  return (
    <DataTable label={label} columns={['Job Name', 'Firmware', 'Status', 'Progress', 'Targeted Devices', 'Created On']}>
      {jobs.map((job) => (
        <JobRow key={job.id} org={org} job={job} percent={percentOf(job.counts)} />
      ))}
    </DataTable>
  )
}

function JobRow({ org, job, percent }: { org: string; job: Job; percent: number }) {
  const { id, name, firmware, type, state, phase, counts, productName, createdAt } = job
  return (
    <tr>
      <RowHeader>
        <Anchor component={Link} to={paths.job(org, id)} inherit>
          {name}
        </Anchor>
      </RowHeader>
      <td>
        {firmware.name} | {firmware.version}
        <Text size="xs" c="dimmed">
          {JOB_TYPE_WORDS[type]}, {productName}
        </Text>
      </td>
      <td>
        <JobBadge state={state} phase={phase} />
      </td>
      <td>
        <JobProgress counts={counts} percent={percent} width={110} />
      </td>
      <td>{count(Object.values(counts).reduce((sum, n) => sum + n, 0))}</td>
      <td>
        <Time at={createdAt} />
      </td>
    </tr>
  )
}
