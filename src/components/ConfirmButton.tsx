import { Button, Group, Modal, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { UseMutationResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { ActionButton } from './ActionButton.tsx'
import { ProblemAlert } from './ProblemAlert.tsx'

interface Props<T, V> {
  /** What the button says, and again the button that confirms. */
  act: string
  /** A question: "Stop this job?" */
  title: string
  /** What it will touch, in numbers. */
  children: ReactNode
  mutation: UseMutationResult<T, Error & { problem: { title: string } }, V>
  /** What the mutation is given. */
  input: V
  whyNot?: string | undefined
  /** Set for what cannot be undone. */
  dangerous?: boolean
  variant?: 'default' | 'filled' | 'light' | 'subtle'
  size?: 'xs' | 'sm'
}

/** Nothing has to be said where nothing is given. */
type Given<V> = [V] extends [void] ? { input?: undefined } : { input: V }

/** A dangerous act: says what it touches before it is confirmed, and shows a refusal where it was asked. */
export function ConfirmButton<T, V = void>(props: Omit<Props<T, V>, 'input'> & Given<V>) {
  const { act, title, children, mutation, input, whyNot, dangerous = false, variant = 'default', size = 'sm' } = props
  const [isOpen, { open, close }] = useDisclosure()
  const ask = () => {
    mutation.reset()
    open()
  }
  return (
    <>
      <ActionButton variant={variant} size={size} whyNot={whyNot} onClick={ask}>
        {act}
      </ActionButton>
      <Modal opened={isOpen} onClose={close} title={title}>
        <Stack>
          <div>{children}</div>
          {mutation.error && <ProblemAlert error={mutation.error} />}
          <Group justify="flex-end">
            {/* a key that is pressed once too often does nothing */}
            <Button variant="default" onClick={close} data-autofocus>
              Back
            </Button>
            <Button
              {...(dangerous && { color: 'red' })}
              loading={mutation.isPending}
              onClick={() => mutation.mutate(input as V, { onSuccess: close })}
            >
              {act}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
