import { Anchor, Group, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'
import { Link } from 'react-router-dom'

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
  return (
    <Stack gap={4} component="header" mb="md">
      <title>{`${title} · OTA Portal`}</title>
      {back && (
        <Anchor component={Link} to={back.to} size="sm" w="fit-content">
          <Group component="span" gap={6}>
            <BackIcon />
            {back.label}
          </Group>
        </Anchor>
      )}
      <Group justify="space-between" align="center" gap="sm">
        <Title order={1} size="h2" lineClamp={3} style={{ overflowWrap: 'anywhere' }}>
          {title}
        </Title>
        {actions && <Group gap="xs">{actions}</Group>}
      </Group>
      {children && (
        <Text c="dimmed" size="sm" component="div">
          {children}
        </Text>
      )}
    </Stack>
  )
}
