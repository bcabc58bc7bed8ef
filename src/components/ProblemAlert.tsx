import { Alert, Text } from '@mantine/core'

interface Props {
  /** An `ApiError` or anything of its shape. */
  error: { problem: { title: string; requestId?: string | undefined } }
  title?: string
}

/** What the server refused, in its words, with the number by which support finds it in the logs. */
export function ProblemAlert({ error: { problem }, title }: Props) {
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
