import { Paper, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

interface Props {
  title: string
  /** What to do next. */
  children?: ReactNode
  action?: ReactNode
}

/** Nothing here, and what to do about it. */
export function Empty({ title, children, action }: Props) {
  return (
    <Paper withBorder p={children || action ? 'xl' : 'md'}>
      <Stack align="center" gap="xs" ta="center">
        {children || action ? (
          <Text fw={600}>{title}</Text>
        ) : (
          <Text size="sm" c="dimmed">
            {title}
          </Text>
        )}
        {children && (
          <Text size="sm" c="dimmed" maw={480}>
            {children}
          </Text>
        )}
        {action}
      </Stack>
    </Paper>
  )
}
