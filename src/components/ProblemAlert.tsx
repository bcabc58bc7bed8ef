import { Alert, Text } from '@mantine/core'

interface Props {
  /** An `ApiError` or anything of its shape. */
  error: { problem: { code?: string | undefined; title: string; requestId?: string | undefined } }
  title?: string
}

/** That the session has ended. A dialog asks for the password then; afterwards the sentence would not be true any more. */
const SIGNED_OUT = 'unauthenticated'

/** What the server refused, in its words, with the number by which support finds it in the logs. */
export function ProblemAlert({ error: { problem }, title }: Props) {
  if (problem.code === SIGNED_OUT) return null
  return (
    <Alert role="alert" color="red" {...(title && { title })}>
      {problem.title}
      {problem.requestId && (
        <Text size="xs" c="dimmed" mt={4}>
          Request {problem.requestId}
        </Text>
      )}
    </Alert>
  )
}
