import { Button, Group, Modal, Stack } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import type { UseMutationResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { ActionButton } from './ActionButton.tsx'
import { ProblemAlert } from './ProblemAlert.tsx'

interface Props<T> {
  /** What the button says, and again the button that confirms. */
  act: string
  /** A question: "Stop this job?" */
  title: string
  /** What it will touch, in numbers. */
  children: ReactNode
  mutation: UseMutationResult<T, Error & { problem: { title: string } }, void>
  whyNot?: string | undefined
  /** Set for what cannot be undone. */
  dangerous?: boolean
  variant?: 'default' | 'filled' | 'light' | 'subtle'
  size?: 'xs' | 'sm'
}

/** A dangerous act: says what it touches before it is confirmed, and shows a refusal where it was asked. */
export function ConfirmButton<T>(props: Props<T>) {
  const { act, title, children, mutation, whyNot, dangerous = false, variant = 'default', size = 'sm' } = props
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
            <Button variant="default" onClick={close}>
              Back
            </Button>
            <Button
              {...(dangerous && { color: 'red' })}
              loading={mutation.isPending}
              onClick={() => mutation.mutate(undefined, { onSuccess: close })}
            >
              {act}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}
