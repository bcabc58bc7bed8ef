import { Alert, Anchor, Button, Group, Skeleton, Stack, Text } from '@mantine/core'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'react-router-dom'

type Failure = Error & { problem: { status: number; title: string; requestId?: string | undefined } }

interface WayOut {
  to: string
  label: string
}

interface Props<T> {
  /** What is shown, as it stands in a sentence: "devices", "this job". */
  noun: string
  query: UseQueryResult<T, Failure>
  isEmpty?: (data: T) => boolean
  empty?: ReactNode
  /** Where to go when this is not there or not for this person. */
  wayOut?: WayOut | undefined
  /** Height of the placeholder, px: about that of what will come, so that nothing jumps. */
  height?: number
  children: (data: T) => ReactNode
}

/** The one place that knows that something can be loading, refused, failed, empty, out of date or ready. */
export function Resource<T>({ noun, query, isEmpty, empty, wayOut, height = 240, children }: Props<T>) {
  const { data, error, refetch } = query
  return (
    <Stack aria-busy={query.isFetching}>
      {error && (
        <Refused noun={noun} error={error} hasData={data !== undefined} wayOut={wayOut} again={() => void refetch()} />
      )}
      {/* data first: a failed refetch must not take away what the operator was reading */}
      {data !== undefined && (isEmpty?.(data) ? empty : children(data))}
      {query.isPending && <Skeleton height={height} role="status" aria-label={`Loading ${noun}`} />}
    </Stack>
  )
}

/** The same page without what stands behind its address. */
const AFRESH: WayOut = { to: '.', label: 'Open this page afresh' }

interface RefusedProps {
  noun: string
  error: Failure
  hasData: boolean
  wayOut: WayOut | undefined
  again: () => void
}

function Refused({ noun, error, hasData, wayOut, again }: RefusedProps) {
  const { status, title, requestId } = error.problem
  // what is read stands in the address: what the server cannot read of it was broken on its way here
  const isBroken = status === 400
  const isFinal = isBroken || status === 403 || status === 404
  const out = wayOut ?? (isBroken ? AFRESH : undefined)
  return (
    <Alert
      role="alert"
      color={hasData || isFinal ? 'orange' : 'red'}
      title={
        hasData ? `What you see of ${noun} may be out of date` : (headings(noun)[status] ?? `Could not load ${noun}`)
      }
    >
      <Stack align="start" gap="xs">
        {isBroken ? 'The link may be old, or a letter of it may be missing.' : title}
        {requestId && (
          <Text size="xs" c="dimmed">
            Request {requestId}
          </Text>
        )}
        <Group gap="xs">
          {!isFinal && (
            <Button size="xs" variant="default" onClick={again}>
              Try again
            </Button>
          )}
          {!hasData && out && (
            <Anchor component={Link} to={out.to}>
              {out.label}
            </Anchor>
          )}
        </Group>
      </Stack>
    </Alert>
  )
}

const headings = (noun: string): Partial<Record<number, string>> => ({
  403: `You may not see ${noun}`,
  400: `Could not find ${noun}`,
  404: `Could not find ${noun}`,
})
