import { Anchor, Checkbox, Progress, Text } from '@mantine/core'
import { memo } from 'react'

import type { Task } from '#contract/manage/jobs.ts'
import { canCancelTask, canRetryTask } from '#domain/can.ts'
import { ConnectionBadge } from '#src/components/ConnectionBadge.tsx'
import { RowHeader } from '#src/components/DataTable.tsx'
import { noProgressOf, TaskBadge, taskWords } from '#src/components/TaskBadge.tsx'
import { Time } from '#src/components/Time.tsx'
import { whyNot } from '#src/lib/why.ts'
import { TaskMenu, type TaskMenuProps } from './TaskMenu.tsx'

interface Props extends Pick<TaskMenuProps, 'org' | 'jobId'> {
  task: Task
  /** Why nobody of this job can be cancelled or retried now; undefined when its state and one's rights allow it. */
  noCancel: string | undefined
  noRetry: string | undefined
  isChosen: boolean
  choose: (deviceId: string, isChosen: boolean) => void
  look: (deviceKey: string) => void
}

/** One device of a job. Renders again only when something about this device changes. */
export const TaskRow = memo(function TaskRow({ org, jobId, task, noCancel, noRetry, isChosen, choose, look }: Props) {
  const { deviceId, deviceKey, currentVersion, updatedAt, connection } = task
  return (
    <tr>
      <td data-screen>
        <Choice {...{ deviceId, deviceKey, isChosen, choose }} />
      </td>
      <RowHeader>
        <Key {...{ deviceKey, look }} />
      </RowHeader>
      <td>{currentVersion ?? 'not reported'}</td>
      <td>
        <TaskProgress task={task} />
      </td>
      <td>
        <Time at={updatedAt} />
      </td>
      <td data-wraps>
        <TaskBadge task={task} />
        <Reason task={task} />
      </td>
      <td>
        <ConnectionBadge connection={connection} />
      </td>
      <td data-screen>
        <TaskMenu
          {...{ org, jobId, deviceId, deviceKey }}
          noRetry={noRetry ?? whyNot(canRetryTask(task))}
          noCancel={noCancel ?? whyNot(canCancelTask(task))}
        />
      </td>
    </tr>
  )
})

// a device that reports changes its progress and its time; what stays as it is, is not drawn again with them

const Choice = memo(function Choice({
  deviceId,
  deviceKey,
  isChosen,
  choose,
}: Pick<Props, 'isChosen' | 'choose'> & Pick<Task, 'deviceId' | 'deviceKey'>) {
  return (
    <Checkbox
      size="xs"
      aria-label={`Choose ${deviceKey}`}
      checked={isChosen}
      onChange={({ currentTarget }) => choose(deviceId, currentTarget.checked)}
    />
  )
})

const Key = memo(function Key({ deviceKey, look }: Pick<Props, 'look'> & Pick<Task, 'deviceKey'>) {
  return (
    <Anchor component="button" type="button" inherit aria-haspopup="dialog" onClick={() => look(deviceKey)}>
      {deviceKey}
    </Anchor>
  )
})

function TaskProgress({ task }: { task: Task }) {
  const { progress, deviceKey } = task
  if (progress === null) {
    return (
      <Text span inherit c="dimmed">
        {noProgressOf(task)}
      </Text>
    )
  }
  return (
    <>
      {progress} %{/* a bar that glides is laid out anew for each frame of its way, and there may be 200 of them */}
      <Progress.Root w={72} mt={2} size="xs" transitionDuration={0}>
        <Progress.Section value={progress} aria-label={`Progress of ${deviceKey}`} />
      </Progress.Root>
    </>
  )
}

/** Why it stands as it does; of what waits, the gate that holds it and when that opens. */
export function Reason({ task }: { task: Task }) {
  const { reason, held } = task
  const isHeld = held !== null && !held.go
  // the badge beside it says it already
  if (!isHeld && reason === `${taskWords(task)}.`) return null
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
