import { ActionIcon, Menu, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from 'react-router-dom'

import { sessionEnd } from '#src/api/session-end.ts'
import { PersonIcon } from '#src/components/icons.tsx'
import { sessionQuery, signOut } from '#src/features/session/queries.ts'
import { paths } from '#src/lib/paths.ts'

export function AccountMenu() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { data: me } = useQuery(sessionQuery)
  const leave = useMutation({
    ...signOut,
    onSuccess: async () => {
      await navigate(paths.signIn())
      client.clear()
      sessionEnd.over()
    },
    onError: ({ message }) => notifications.show({ color: 'red', title: 'Could not sign out', message }),
  })
  if (!me) return null
  return (
    <Menu position="bottom-end" width={240}>
      <Menu.Target>
        <ActionIcon size="lg" aria-label={`Account: ${me.user.name}`}>
          <PersonIcon size={18} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>
          <Text size="sm" fw={600} c="var(--mantine-color-text)" truncate>
            {me.user.name}
          </Text>
          <Text size="xs" truncate>
            {me.user.email}
          </Text>
        </Menu.Label>
        <Menu.Divider />
        <Menu.Item component={Link} to={paths.orgs()}>
          Organisations
        </Menu.Item>
        <Menu.Item onClick={() => leave.mutate()}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
