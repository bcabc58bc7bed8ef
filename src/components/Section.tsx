import { Group, Paper, Title } from '@mantine/core'
import { useId, type ReactNode } from 'react'

import styles from './Section.module.css'

interface Props {
  title: string
  actions?: ReactNode
  /** Without a frame, for what frames itself: a table. */
  bare?: boolean
  children: ReactNode
}

/** A part of a page under its own heading. */
export function Section({ title, actions, bare = false, children }: Props) {
  const headingId = useId()
  return (
    <section aria-labelledby={headingId} className={styles['section']}>
      <Group justify="space-between" mb={4} gap="xs" mih={30} wrap="nowrap">
        <Title order={2} fz="md" id={headingId}>
          {title}
        </Title>
        {actions && (
          <Group gap="xs" flex="none" data-screen>
            {actions}
          </Group>
        )}
      </Group>
      {bare ? (
        children
      ) : (
        <Paper withBorder p="md" flex={1}>
          {children}
        </Paper>
      )}
    </section>
  )
}
