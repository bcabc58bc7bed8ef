import { Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from 'react-router-dom'

import type { Job } from '#contract/manage/jobs.ts'
import { jobCan } from '#domain/can.ts'
import { underWay, type JobFacts } from '#domain/job.ts'
import { ActionLink } from '#src/components/ActionButton.tsx'
import { ConfirmButton } from '#src/components/ConfirmButton.tsx'
import { useRight } from '#src/features/session/queries.ts'
import { count, counted } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { whyNot } from '#src/lib/why.ts'
import { MoreMenu } from './MoreMenu.tsx'
import { deleteJob, endJob, startJob, stopJob } from './queries.ts'
import { useJobFacts } from './use-job-facts.ts'
import { startedWords, takeOverOf } from './words.ts'

interface Props {
  org: string
  job: Job
}

/** What can be done to the job as a whole. Start and Stop are one place, as on the page that operators know. */
export function JobActs({ org, job }: Props) {
  const facts = useJobFacts(org, job)
  const isRunning = job.state === 'started' || job.state === 'halted'
  return (
    <>
      {isRunning ? <StopButton org={org} job={job} facts={facts} /> : <StartButton org={org} job={job} facts={facts} />}
      {job.state === 'stopped' && <EditLink org={org} job={job} facts={facts} />}
      <EndButton org={org} job={job} facts={facts} />
      <FillLinks org={org} job={job} />
      <DeleteButton org={org} job={job} facts={facts} />
      <MoreMenu org={org} jobId={job.id} />
    </>
  )
}

type ActProps = Props & { facts: JobFacts }

const say = (words: string) => notifications.show({ message: words })

function StartButton({ org, job, facts }: ActProps) {
  const mayWrite = useRight('job.write', org)
  const start = useMutation({ ...startJob(org, job.id), onSuccess: (started) => say(startedWords(started)) })
  const { init } = job.counts
  return (
    <ConfirmButton
      act="Start"
      title={`Start ${job.name}?`}
      mutation={start}
      whyNot={whyNot(mayWrite, jobCan.start(facts))}
      variant="filled"
    >
      <Text size="sm">
        {counted(init, 'device')} {init === 1 ? 'waits' : 'wait'} for {job.firmware.name} {job.firmware.version}. At
        most {count(job.policy.concurrency)} are under way at a time. {takeOverOf(job)}
      </Text>
    </ConfirmButton>
  )
}

function EditLink({ org, job, facts }: ActProps) {
  const mayWrite = useRight('job.write', org)
  return (
    <ActionLink variant="default" to={paths.jobEdit(org, job.id)} whyNot={whyNot(mayWrite, jobCan.edit(facts))}>
      Edit
    </ActionLink>
  )
}

/** New jobs that begin with what this one says. */
function FillLinks({ org, job: { id, type } }: Props) {
  const mayWrite = whyNot(useRight('job.write', org))
  return (
    <>
      <ActionLink variant="default" to={paths.jobNew(org, { copy: id })} whyNot={mayWrite}>
        Clone
      </ActionLink>
      {type === 'upgrade' && (
        <ActionLink variant="default" to={paths.jobNew(org, { rollback: id })} whyNot={mayWrite}>
          Roll back
        </ActionLink>
      )}
    </>
  )
}

function StopButton({ org, job, facts }: ActProps) {
  const mayStop = useRight('job.stop', org)
  const stop = useMutation({ ...stopJob(org, job.id), onSuccess: ({ name }) => say(`${name} is stopped`) })
  return (
    <ConfirmButton act="Stop" title={`Stop ${job.name}?`} mutation={stop} whyNot={whyNot(mayStop, jobCan.stop(facts))}>
      <Text size="sm">
        {counted(job.counts.init, 'device')} will not be pushed until the job is started again. {afterwards(facts)}
      </Text>
    </ConfirmButton>
  )
}

function EndButton({ org, job, facts }: ActProps) {
  const mayWrite = useRight('job.write', org)
  const end = useMutation({ ...endJob(org, job.id), onSuccess: ({ name }) => say(`${name} is ended`) })
  return (
    <ConfirmButton
      act="End"
      title={`End ${job.name}?`}
      mutation={end}
      whyNot={whyNot(mayWrite, jobCan.end(facts))}
      dangerous
    >
      <Text size="sm">
        {counted(job.counts.init, 'waiting device')} will be skipped. {afterwards(facts)}
      </Text>
    </ConfirmButton>
  )
}

function DeleteButton({ org, job, facts }: ActProps) {
  const navigate = useNavigate()
  const mayWrite = useRight('job.write', org)
  const remove = useMutation({
    ...deleteJob(org, job.id),
    onSuccess: () => {
      say(`${job.name} is deleted`)
      void navigate(paths.jobs(org))
    },
  })
  return (
    <ConfirmButton
      act="Delete"
      title={`Delete ${job.name}?`}
      mutation={remove}
      whyNot={whyNot(mayWrite, jobCan.delete(facts))}
      dangerous
    >
      <Text size="sm">
        The job and its list of devices are removed; what happened stays in the log. This cannot be undone.
      </Text>
    </ConfirmButton>
  )
}

function afterwards({ counts }: JobFacts): string {
  const busy = underWay(counts)
  return busy === 0
    ? 'No device is under way.'
    : `${counted(busy, 'device')} under way ${busy === 1 ? 'goes' : 'go'} on.`
}
