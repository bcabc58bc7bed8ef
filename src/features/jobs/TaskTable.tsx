import { Checkbox } from '@mantine/core'

import type { Job, Task } from '#contract/manage/jobs.ts'
import { jobCan } from '#domain/can.ts'
import { DataTable } from '#src/components/DataTable.tsx'
import { useRight } from '#src/features/session/queries.ts'
import { useGrowing } from '#src/lib/use-growing.ts'
import { whyNot } from '#src/lib/why.ts'
import { TaskRow } from './TaskRow.tsx'
import { useJobFacts } from './use-job-facts.ts'

const COLUMNS = [
  'Device Key',
  'Current Version',
  'Progress',
  'Last Updated',
  'Status and reason',
  'Connection Status',
  { hidden: 'Actions' },
]

/** As many as a tall screen shows: the others of a long page come behind them. */
const FIRST_ROWS = 30

interface Props {
  org: string
  job: Job
  label: string
  tasks: readonly Task[]
  chosen: ReadonlySet<string>
  choose: (deviceId: string, isChosen: boolean) => void
  /** Everything on this page, or nothing. */
  chooseAll: (all: boolean) => void
  /** Shows what is known of the device in this job. */
  look: (deviceKey: string) => void
}

export function TaskTable({ org, job, label, tasks, chosen, choose, chooseAll, look }: Props) {
  const mayWrite = useRight('job.write', org)
  const facts = useJobFacts(org, job)
  // told as sentences, so that a row renders again for its own changes and not for every count of the job
  const noCancel = whyNot(mayWrite, jobCan.cancel(facts))
  const noRetry = whyNot(mayWrite, jobCan.retry(facts))
  const shown = tasks.slice(0, useGrowing(tasks.length, FIRST_ROWS))
  const isAll = chosen.size === tasks.length
  const all = (
    <Checkbox
      size="xs"
      aria-label="Choose all on this page"
      checked={isAll}
      indeterminate={!isAll && chosen.size > 0}
      onChange={({ currentTarget }) => chooseAll(currentTarget.checked)}
    />
  )
  return (
    <DataTable label={label} columns={[{ name: 'Choose', node: all }, ...COLUMNS]}>
      {shown.map((task) => (
        <TaskRow
          key={task.deviceId}
          org={org}
          jobId={job.id}
          task={task}
          noCancel={noCancel}
          noRetry={noRetry}
          isChosen={chosen.has(task.deviceId)}
          choose={choose}
          look={look}
        />
      ))}
    </DataTable>
  )
}
