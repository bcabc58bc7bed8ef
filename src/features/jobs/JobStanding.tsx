import { Alert, Group, Stack, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'

import type { Job } from '#contract/manage/jobs.ts'
import { jobCan } from '#domain/can.ts'
import { mayApprove } from '#domain/job.ts'
import { ConfirmButton } from '#src/components/ConfirmButton.tsx'
import { sessionQuery, useRight } from '#src/features/session/queries.ts'
import { counted } from '#src/lib/bytes.ts'
import { whyNot } from '#src/lib/why.ts'
import { approveJob, rejectJob, withdrawJob } from './queries.ts'
import { ResumeButton } from './ResumeButton.tsx'
import { useJobFacts } from './use-job-facts.ts'
import { takeOverOf } from './words.ts'

interface Props {
  org: string
  job: Job
}

/** Why the job stands still where a person is waited for, and what that person can do. */
export function JobStanding({ org, job }: Props) {
  if (job.state === 'halted') return <Halted org={org} job={job} />
  return job.state === 'awaitingApproval' ? <Awaiting org={org} job={job} /> : null
}

function Halted({ org, job }: Props) {
  return (
    <Alert role="alert" color="orange" title="The job is halted">
      <Stack gap="xs" align="start">
        {job.haltReason ?? 'Too many devices failed.'} No further device is told; those under way go on.
        <ResumeButton org={org} job={job} />
      </Stack>
    </Alert>
  )
}

const say = (words: string) => notifications.show({ message: words })

function Awaiting({ org, job }: Props) {
  const facts = useJobFacts(org, job)
  const me = useQuery(sessionQuery).data?.user.id ?? ''
  const mayRight = useRight('job.approve', org)
  const mayWrite = useRight('job.write', org)
  const approve = useMutation({
    ...approveJob(org, job.id),
    onSuccess: ({ name }) => say(`${name} is approved and started`),
  })
  const reject = useMutation({
    ...rejectJob(org, job.id),
    onSuccess: ({ name }) => say(`The start of ${name} is rejected`),
  })
  const withdraw = useMutation({
    ...withdrawJob(org, job.id),
    onSuccess: ({ name }) => say(`${name} no longer waits for approval`),
  })
  const notDecided = whyNot(mayRight, mayApprove(facts, job.approvalAskedBy?.id ?? null, me))
  const waiting = counted(job.counts.init, 'device')
  return (
    <Alert color="orange" title="The start waits for approval">
      <Stack gap="xs" align="start">
        {job.approvalAskedBy?.name ?? 'Somebody'} asked for it. A second person looks at the job and approves or rejects
        it; any change to the job asks anew.
        <Group gap="xs">
          <ConfirmButton
            act="Approve"
            title={`Approve the start of ${job.name}?`}
            mutation={approve}
            whyNot={notDecided}
            variant="filled"
          >
            <Text size="sm">
              The job starts at once, for {waiting}: {job.firmware.name} {job.firmware.version}. {takeOverOf(job)}
            </Text>
          </ConfirmButton>
          <ConfirmButton act="Reject" title={`Reject the start of ${job.name}?`} mutation={reject} whyNot={notDecided}>
            <Text size="sm">The job is given back, stopped. {waiting} keep their version.</Text>
          </ConfirmButton>
          <ConfirmButton
            act="Withdraw"
            title={`Take back the request to start ${job.name}?`}
            mutation={withdraw}
            whyNot={whyNot(mayWrite, jobCan.withdraw(facts))}
          >
            <Text size="sm">The job is stopped again and nobody is asked any more.</Text>
          </ConfirmButton>
        </Group>
      </Stack>
    </Alert>
  )
}
