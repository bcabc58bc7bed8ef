import { Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate, useParams } from 'react-router-dom'

import { sessionEnd } from '#src/api/session-end.ts'
import { PersonIcon } from '#src/components/icons.tsx'
import { sessionQuery, signOut } from '#src/features/session/queries.ts'
import { paths } from '#src/lib/paths.ts'
import { HeaderMenu } from './HeaderMenu.tsx'
import styles from './HeaderMenu.module.css'

export function AccountMenu() {
  const client = useQueryClient()
  const navigate = useNavigate()
  const { org } = useParams()
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
    <HeaderMenu label={`Account: ${me.user.name}`} face={<PersonIcon size={18} />} align="end">
      <div className={styles['who']}>
        <Text size="sm" fw={600}>
          {me.user.name}
        </Text>
        <Text size="xs" c="dimmed">
          {me.user.email}
        </Text>
      </div>
      <hr />
      <Link to={paths.orgs()}>Organisations</Link>
      <Link to={paths.help(org)}>Help</Link>
      <button type="button" onClick={() => leave.mutate()}>
        Sign out
      </button>
    </HeaderMenu>
  )
}
