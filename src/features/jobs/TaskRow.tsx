import { Anchor, Checkbox, Progress, Text } from '@mantine/core'
import { memo } from 'react'
import { Link } from 'react-router-dom'

import type { Task } from '#contract/manage/jobs.ts'
import { ConnectionBadge } from '#src/components/ConnectionBadge.tsx'
import { RowHeader } from '#src/components/DataTable.tsx'
import { TaskBadge } from '#src/components/TaskBadge.tsx'
import { Time } from '#src/components/Time.tsx'
import { paths } from '#src/lib/paths.ts'
import { TaskMenu, type TaskMenuProps } from './TaskMenu.tsx'

interface Props extends TaskMenuProps {
  isChosen: boolean
  choose: (deviceId: string, isChosen: boolean) => void
}

/** One device of a job. Renders again only when something about this device changes. */
export const TaskRow = memo(function TaskRow({ isChosen, choose, ...about }: Props) {
  const { org, task } = about
  const { deviceId, deviceKey, currentVersion, updatedAt, connection, status } = task
  return (
    <tr>
      <td>
        <Checkbox
          size="xs"
          aria-label={`Choose ${deviceKey}`}
          checked={isChosen}
          onChange={({ currentTarget }) => choose(deviceId, currentTarget.checked)}
        />
      </td>
      <RowHeader>
        <Anchor component={Link} to={paths.device(org, deviceId)} inherit>
          {deviceKey}
        </Anchor>
      </RowHeader>
      <td>{currentVersion ?? 'not reported'}</td>
      <td>
        <TaskProgress task={task} />
      </td>
      <td>
        <Time at={updatedAt} />
      </td>
      <td data-wraps>
        <TaskBadge status={status} />
        <Reason task={task} />
      </td>
      <td>
        <ConnectionBadge connection={connection} />
      </td>
      <td>
        <TaskMenu {...about} />
      </td>
    </tr>
  )
})

function TaskProgress({ task: { progress, deviceKey } }: { task: Task }) {
  if (progress === null) {
    return (
      <Text span inherit c="dimmed">
        none yet
      </Text>
    )
  }
  return (
    <>
      {progress} %
      <Progress.Root w={72} mt={2} size="xs">
        <Progress.Section value={progress} aria-label={`Progress of ${deviceKey}`} />
      </Progress.Root>
    </>
  )
}

/** Why it stands as it does; of what waits, the gate that holds it and when that opens. */
function Reason({ task: { reason, held } }: { task: Task }) {
  const isHeld = held !== null && !held.go
  return (
    <Text size="xs" c="dimmed">
      {isHeld ? held.reason : reason}
      {isHeld && held.opensAt && (
        <>
          {' Opens '}
          <Time at={held.opensAt} />
        </>
      )}
    </Text>
  )
}
