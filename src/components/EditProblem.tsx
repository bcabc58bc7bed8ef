import { Button, Stack } from '@mantine/core'

import { FormProblem } from './FormProblem.tsx'

interface Props {
  error: { problem: { code: string; title: string; fields?: Record<string, string> | undefined } } | null
  /** The form's values: what has a field there is told beside it. */
  values: object
  /** Shows what somebody else saved meanwhile, in place of what was typed. */
  giveUp: () => void
}

/** Why an edit was refused; where somebody else was first, with the way on. */
export function EditProblem({ error, values, giveUp }: Props) {
  if (!error) return null
  return (
    <Stack gap="xs" align="start">
      <FormProblem error={error} values={values} />
      {error.problem.code === 'stale' && (
        <Button variant="default" size="xs" onClick={giveUp}>
          Show the newer version and give up my changes
        </Button>
      )}
    </Stack>
  )
}
