import { Modal } from '@mantine/core'
import type { UseMutationResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'

import { ConfirmButton } from './ConfirmButton.tsx'
import { SecretOnce } from './SecretOnce.tsx'

interface Props<T> {
  /** Whose secret: "lift-001". */
  owner: string
  /** What the secret is called: "Device secret". */
  name: string
  mutation: UseMutationResult<T, Error & { problem: { title: string } }, void>
  secretOf: (done: T) => string
  whyNot?: string | undefined
  /** What happens to whoever has the old one. */
  children: ReactNode
}

/** Makes a new secret after asking, and shows it in the only moment in which it is shown. */
export function ResetSecretButton<T>({ owner, name, mutation, secretOf, whyNot, children }: Props<T>) {
  const { data, reset } = mutation
  return (
    <>
      <ConfirmButton
        act="Reset secret"
        title={`Reset the secret of ${owner}?`}
        mutation={mutation}
        whyNot={whyNot}
        dangerous
      >
        {children}
      </ConfirmButton>
      <Modal opened={data !== undefined} onClose={reset} title={`New secret of ${owner}`}>
        {data !== undefined && (
          <SecretOnce said={`${owner} has a new secret.`} name={name} secret={secretOf(data)} close={reset} />
        )}
      </Modal>
    </>
  )
}
