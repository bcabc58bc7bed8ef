import { Menu, Text } from '@mantine/core'
import type { ReactNode } from 'react'

interface Props {
  whyNot: string | undefined
  act: () => void
  children: ReactNode
}

/** An entry of a menu that, when it is off, stays reachable and says why below its name. */
export function ActionItem({ whyNot, act, children }: Props) {
  if (whyNot === undefined) return <Menu.Item onClick={act}>{children}</Menu.Item>
  return (
    <Menu.Item aria-disabled closeMenuOnClick={false} c="dimmed" maw={260}>
      {children}
      <Text size="xs">{whyNot}</Text>
    </Menu.Item>
  )
}
