import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useWindowEvent } from '@mantine/hooks'
import { useBlocker } from 'react-router-dom'

interface Props {
  /** Whether leaving would lose something. */
  when: boolean
  /** What would be lost. */
  children: string
}

/** Marks a navigation that the page itself makes when its work is done. */
export const DONE = { state: { isDone: true } } as const

/** Asks before a page with unfinished work is left; the browser itself asks when the tab is closed. */
export function LeaveGuard({ when, children }: Props) {
  const blocker = useBlocker(({ currentLocation, nextLocation }) => {
    const isDone = (nextLocation.state as { isDone?: boolean } | null)?.isDone
    return when && !isDone && currentLocation.pathname !== nextLocation.pathname
  })
  useWindowEvent('beforeunload', (event) => {
    if (when) event.preventDefault()
  })
  return (
    <Modal opened={blocker.state === 'blocked'} onClose={() => blocker.reset?.()} title="Leave this page?">
      <Stack>
        <Text size="sm">{children}</Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => blocker.proceed?.()}>
            Leave
          </Button>
          <Button onClick={() => blocker.reset?.()}>Stay</Button>
        </Group>
      </Stack>
    </Modal>
  )
}
