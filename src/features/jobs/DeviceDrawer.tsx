import { Anchor, Drawer, Stack, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useLayoutEffect, useRef } from 'react'
import { Link } from 'react-router-dom'

import type { Job, Task } from '#contract/manage/jobs.ts'
import { ConnectionBadge } from '#src/components/ConnectionBadge.tsx'
import { Facts } from '#src/components/Facts.tsx'
import { GateChain } from '#src/components/GateChain.tsx'
import { LogTable } from '#src/components/LogTable.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { noProgressOf, TaskBadge } from '#src/components/TaskBadge.tsx'
import { Time } from '#src/components/Time.tsx'
import { deviceJobHistoryQuery, whyInJobQuery } from '#src/features/devices/queries.ts'
import { counted } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { focusOn } from '#src/lib/use-focus-back.ts'
import { taskOfQuery } from './queries.ts'
import { Reason } from './TaskRow.tsx'

interface Props {
  org: string
  job: Job
  /** Undefined while it is closed. */
  deviceKey: string | undefined
  close: () => void
}

/** What is known of one device in this job; which one stands in the URL. */
export function DeviceDrawer({ org, job, deviceKey, close }: Props) {
  const giveBack = useFocusFrom(deviceKey !== undefined)
  return (
    <Drawer
      opened={deviceKey !== undefined}
      onClose={close}
      returnFocus={false}
      onExitTransitionEnd={giveBack}
      position="right"
      size="lg"
      title={deviceKey ?? ''}
    >
      {deviceKey !== undefined && <OneDevice org={org} job={job} deviceKey={deviceKey} />}
    </Drawer>
  )
}

/**
 * The focus goes back to the row; where the row has gone meanwhile, or a link opened the drawer, to the page. The
 * drawer's own way does not know from where it was opened when it is open as it comes, as it is the first time.
 */
function useFocusFrom(isOpen: boolean): () => void {
  const opener = useRef<Element>(null)
  // before the drawer takes the focus, which it does a moment after it is drawn
  useLayoutEffect(() => {
    if (isOpen) opener.current = document.activeElement
  }, [isOpen])
  return () => focusOn(opener.current)
}

function OneDevice({ org, job, deviceKey }: { org: string; job: Job; deviceKey: string }) {
  const found = useQuery(taskOfQuery(org, job.id, deviceKey))
  return (
    <Resource
      noun="this device"
      query={found}
      isEmpty={({ items }) => items[0]?.deviceKey !== deviceKey}
      empty={
        <Text size="sm">{deviceKey} is no device of this job. It may have been deleted, or the link is wrong.</Text>
      }
    >
      {({ items: [task] }) => task && <Known org={org} job={job} task={task} />}
    </Resource>
  )
}

function Known({ org, job, task }: { org: string; job: Job; task: Task }) {
  return (
    <Stack gap="lg">
      <TaskFacts task={task} />
      {(task.status === 'init' || task.status === 'published' || task.status === 'upgrading') && (
        <Why org={org} jobId={job.id} task={task} />
      )}
      <History org={org} jobId={job.id} task={task} />
      <Anchor component={Link} to={paths.device(org, task.deviceId)} size="sm">
        Open device
      </Anchor>
    </Stack>
  )
}

function TaskFacts({ task }: { task: Task }) {
  const { sourceVersion, currentVersion, progress, attempt, deadlineAt, updatedAt, connection } = task
  return (
    <Stack gap="xs">
      <div>
        <TaskBadge task={task} />
        <Reason task={task} />
      </div>
      <Facts
        label="In this job"
        facts={[
          ['Version before', sourceVersion ?? 'not reported'],
          ['Current Version', currentVersion ?? 'not reported'],
          ['Progress', progress === null ? noProgressOf(task) : `${progress} %`],
          ['Connection Status', <ConnectionBadge key="connection" connection={connection} />],
          ['Attempts', counted(attempt, 'attempt')],
          ['Last Updated', <Time key="updated" at={updatedAt} />],
          ['Given up at', <Time key="deadline" at={deadlineAt} never="no deadline now" />],
        ]}
      />
    </Stack>
  )
}

function Why({ org, jobId, task }: { org: string; jobId: string; task: Task }) {
  // what holds it is asked again when the task moves
  const why = useQuery(whyInJobQuery(org, task.deviceId, jobId, task.updatedAt))
  return (
    <section aria-label="Why not updated?">
      <Title order={3} size="sm" mb={6}>
        Why not updated?
      </Title>
      <Resource noun="the answer" query={why} height={96}>
        {({ items: [answer] }) => answer && <GateChain verdict={answer.verdict} />}
      </Resource>
    </section>
  )
}

function History({ org, jobId, task }: { org: string; jobId: string; task: Task }) {
  const history = useQuery(deviceJobHistoryQuery(org, task.deviceId, jobId, `${task.status} ${task.attempt}`))
  return (
    <section aria-label="History in this job">
      <Title order={3} size="sm" mb={6}>
        History in this job
      </Title>
      <Resource
        noun="the history"
        query={history}
        height={96}
        isEmpty={({ items }) => items.length === 0}
        empty={<Text size="sm">Nothing has happened to this device in this job yet.</Text>}
      >
        {({ items }) => <LogTable label="History in this job" entries={items} />}
      </Resource>
    </section>
  )
}
