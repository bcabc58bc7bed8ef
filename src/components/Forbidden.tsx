import { Alert } from '@mantine/core'

/** A page that this person may not use, with what is missing and whom to ask. */
export function Forbidden({ reason }: { reason: string }) {
  return (
    <Alert role="alert" color="orange" title="You may not do this">
      {reason}
    </Alert>
  )
}
