import { ProblemAlert } from './ProblemAlert.tsx'

interface Props {
  error: {
    problem: { title: string; requestId?: string | undefined; fields?: Record<string, string> | undefined }
  } | null
  /** The form's values: what has a field there is told beside it. */
  values: object
  title?: string
}

/** What the server refused, as far as no field of the form is the place to say it. */
export function FormProblem({ error, values, title }: Props) {
  if (!error) return null
  const paths = Object.keys(error.problem.fields ?? {})
  const isPlaced = paths.length > 0 && paths.every((path) => (path.split('.')[0] ?? '') in values)
  return isPlaced ? null : <ProblemAlert error={error} {...(title && { title })} />
}
