import { ActionIcon, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { memo } from 'react'
import { Link } from 'react-router-dom'

import { ActionItem } from '#src/components/ActionItem.tsx'
import { MoreIcon } from '#src/components/icons.tsx'
import { paths } from '#src/lib/paths.ts'
import { cancelTasks, retryTasks } from './queries.ts'

export interface TaskMenuProps {
  org: string
  jobId: string
  deviceId: string
  deviceKey: string
  /** Why it cannot be cancelled or retried now; undefined when it can. */
  noCancel: string | undefined
  noRetry: string | undefined
}

/** What can be done to one device of the job; its progress alone is no reason to draw it again. */
export const TaskMenu = memo(function TaskMenu({ org, jobId, deviceId, deviceKey, noCancel, noRetry }: TaskMenuProps) {
  const onError = ({ message }: Error) => notifications.show({ color: 'red', title: deviceKey, message })
  const cancel = useMutation({
    ...cancelTasks(org, jobId),
    onSuccess: () => notifications.show({ message: `${deviceKey} is cancelled` }),
    onError,
  })
  const retry = useMutation({
    ...retryTasks(org, jobId),
    onSuccess: () => notifications.show({ message: `${deviceKey} goes round again` }),
    onError,
  })
  const selection = { deviceIds: [deviceId] }
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon size="sm" aria-label={`Actions for ${deviceKey}`}>
          <MoreIcon />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <ActionItem whyNot={noRetry} act={() => retry.mutate(selection)}>
          Retry
        </ActionItem>
        <ActionItem whyNot={noCancel} act={() => cancel.mutate(selection)}>
          Cancel
        </ActionItem>
        <Menu.Divider />
        <Menu.Item component={Link} to={paths.device(org, deviceId)}>
          Open device
        </Menu.Item>
        <Menu.Item onClick={() => void navigator.clipboard.writeText(deviceKey)}>Copy device key</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
})
