import { Button, Center, Loader, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Suspense, useSyncExternalStore } from 'react'
import { Navigate, Outlet, useLocation } from 'react-router-dom'

import { late } from '#src/api/late.tsx'
import { sessionEnd } from '#src/api/session-end.ts'
import { MissingDialog } from '#src/components/Missing.tsx'
import { ProblemAlert } from '#src/components/ProblemAlert.tsx'
import { sessionQuery } from '#src/features/session/queries.ts'
import { paths } from '#src/lib/paths.ts'

/** Fetched when it happens: most visits do not outlive their session. */
const SessionEnded = late(() => import('./SessionEnded.tsx').then((module) => module.SessionEnded), MissingDialog)

/** Lets signed-in people through; everybody else signs in first and comes back to where they wanted to go. */
export function Gate() {
  const session = useQuery(sessionQuery)
  const { pathname, search } = useLocation()
  const hasEnded = useSyncExternalStore(sessionEnd.subscribe, sessionEnd.get)
  if (session.data) {
    return (
      <>
        <Outlet />
        <Suspense>{hasEnded && <SessionEnded me={session.data} />}</Suspense>
      </>
    )
  }
  if (session.error?.problem.status === 401) return <Navigate to={paths.signIn(pathname + search)} replace />
  return (
    <Center mih="100dvh" p="md" component="main">
      {session.error ? (
        <Stack>
          <ProblemAlert error={session.error} title="The portal cannot start" />
          <Button variant="default" onClick={() => void session.refetch()}>
            Try again
          </Button>
        </Stack>
      ) : (
        <Loader role="status" aria-label="Loading the portal" />
      )}
    </Center>
  )
}
