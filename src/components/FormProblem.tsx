import { useEffect, useRef } from 'react'

import { ProblemAlert } from './ProblemAlert.tsx'

interface Props {
  error: {
    problem: {
      code?: string | undefined
      title: string
      requestId?: string | undefined
      fields?: Record<string, string> | undefined
    }
  } | null
  /** The form's values: what has a field there is told beside it. */
  values: object
  title?: string
}

/** What the server refused, as far as no field of the form is the place to say it. */
export function FormProblem({ error, values, title }: Props) {
  const told = useRef<HTMLDivElement>(null)
  // Save may stand far below: what it led to is of no use to whoever does not see it
  useEffect(() => {
    if (error) told.current?.scrollIntoView({ block: 'nearest' })
  }, [error])
  if (!error) return null
  const paths = Object.keys(error.problem.fields ?? {})
  const isPlaced = paths.length > 0 && paths.every((path) => (path.split('.')[0] ?? '') in values)
  if (isPlaced) return null
  return (
    <div ref={told}>
      <ProblemAlert error={error} {...(title && { title })} />
    </div>
  )
}
