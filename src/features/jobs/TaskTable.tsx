import type { Job, Task } from '#contract/manage/jobs.ts'
import { jobCan } from '#domain/can.ts'
import { DataTable } from '#src/components/DataTable.tsx'
import { useRight } from '#src/features/session/queries.ts'
import { whyNot } from '#src/lib/why.ts'
import { TaskRow } from './TaskRow.tsx'
import { useJobFacts } from './use-job-facts.ts'

const COLUMNS = [
  { hidden: 'Choose' },
  'Device Key',
  'Current Version',
  'Progress',
  'Last Updated',
  'Status',
  'Connection Status',
  { hidden: 'Actions' },
]

interface Props {
  org: string
  job: Job
  label: string
  tasks: readonly Task[]
  chosen: ReadonlySet<string>
  choose: (deviceId: string, isChosen: boolean) => void
}

export function TaskTable({ org, job, label, tasks, chosen, choose }: Props) {
  const mayWrite = useRight('job.write', org)
  const facts = useJobFacts(org, job)
  // told as sentences, so that a row renders again for its own changes and not for every count of the job
  const noCancel = whyNot(mayWrite, jobCan.cancel(facts))
  const noRetry = whyNot(mayWrite, jobCan.retry(facts))
  return (
    <DataTable label={label} columns={COLUMNS}>
      {tasks.map((task) => (
        <TaskRow
          key={task.deviceId}
          org={org}
          jobId={job.id}
          task={task}
          noCancel={noCancel}
          noRetry={noRetry}
          isChosen={chosen.has(task.deviceId)}
          choose={choose}
        />
      ))}
    </DataTable>
  )
}
