import { Anchor, Group, Stack, Text, Title } from '@mantine/core'
import { useSyncExternalStore, type ReactNode } from 'react'
import { Link } from 'react-router-dom'

import { titleCount } from '#src/lib/title-count.ts'
import { BackIcon } from './icons.tsx'

interface Props {
  title: string
  /** A line below the title. */
  children?: ReactNode
  back?: { to: string; label: string }
  actions?: ReactNode
}

/** The head of every page: its one h1, the way back, and what can be done. */
export function PageHeader({ title, children, back, actions }: Props) {
  const unread = useSyncExternalStore(titleCount.subscribe, titleCount.get)
  return (
    <Stack gap={4} component="header" mb="md">
      <title>{`${unread > 0 ? `(${unread}) ` : ''}${title} · OTA Portal`}</title>
      {back && (
        <Anchor component={Link} to={back.to} size="sm" w="fit-content" data-screen>
          <Group component="span" gap={6}>
            <BackIcon />
            {back.label}
          </Group>
        </Anchor>
      )}
      <Group justify="space-between" align="start" gap="sm">
        <Stack gap={2} miw={0}>
          <Title order={1} size="h2" lineClamp={3} style={{ overflowWrap: 'anywhere' }}>
            {title}
          </Title>
          {children && (
            <Text c="dimmed" size="sm" component="div">
              {children}
            </Text>
          )}
        </Stack>
        {actions && (
          <Group gap="xs" data-screen>
            {actions}
          </Group>
        )}
      </Group>
    </Stack>
  )
}
