import { Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'

import type { Job, TaskSelection, TaskStatus } from '#contract/manage/jobs.ts'
import { jobCan } from '#domain/can.ts'
import { ConfirmButton } from '#src/components/ConfirmButton.tsx'
import { useRight } from '#src/features/session/queries.ts'
import { count, counted } from '#src/lib/bytes.ts'
import { whyNot } from '#src/lib/why.ts'
import { cancelTasks, retryTasks } from './queries.ts'
import { useJobFacts } from './use-job-facts.ts'

interface Props {
  org: string
  job: Job
  status: TaskStatus
  /** Devices ticked on this tab; none means all of it. */
  chosen: ReadonlySet<string>
  /** The page shows only what a search found, and *all* means more than that. */
  isSearched: boolean
  forget: () => void
}

/** Acts on many devices at once, with their number before the act. */
export function BulkActs(props: Props) {
  const { status } = props
  return (
    <Group gap="xs">
      {(status === 'init' || status === 'published') && <Bulk {...props} act="Cancel" />}
      {(status === 'failed' || status === 'skipped') && <Bulk {...props} act="Retry" />}
    </Group>
  )
}

const acts = {
  Cancel: {
    may: jobCan.cancel,
    send: cancelTasks,
    done: 'cancelled',
    consequence: 'They are skipped and keep their version. What is already upgrading is not touched.',
  },
  Retry: {
    may: jobCan.retry,
    send: retryTasks,
    done: 'sent round again',
    consequence: 'They go round again as soon as the gates of the job allow.',
  },
} as const

function Bulk({ org, job, status, chosen, isSearched, forget, act }: Props & { act: keyof typeof acts }) {
  const { may, send, done, consequence } = acts[act]
  const mayWrite = useRight('job.write', org)
  const facts = useJobFacts(org, job)
  const selection: TaskSelection = chosen.size > 0 ? { deviceIds: [...chosen] } : { all: true, status }
  const change = useMutation({
    ...send(org, job.id),
    onSuccess: ({ affected }) => {
      notifications.show({ message: `${counted(affected, 'device')} ${done}` })
      forget()
    },
  })
  const all = job.counts[status]
  const label = chosen.size > 0 ? `${act} ${count(chosen.size)} chosen` : all > 0 ? `${act} all ${count(all)}` : act
  const nobody =
    chosen.size > 0 || all > 0 ? true : `No device is in this state, so there is none to ${act.toLowerCase()}.`
  return (
    <ConfirmButton
      act={label}
      title={`${act} ${counted(chosen.size > 0 ? chosen.size : all, 'device')}?`}
      mutation={change}
      input={selection}
      whyNot={whyNot(mayWrite, nobody, may(facts))}
      size="xs"
      dangerous={act === 'Cancel'}
    >
      <Text size="sm">
        {consequence}
        {status === 'skipped' && ' Only those that a person cancelled can go round again.'}
        {isSearched &&
          chosen.size === 0 &&
          ' All devices of this state are meant, not only those that the search found.'}
      </Text>
    </ConfirmButton>
  )
}
