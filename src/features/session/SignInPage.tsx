import { Center, Paper, Stack, Text, Title } from '@mantine/core'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Navigate, useSearchParams } from 'react-router-dom'

import { keys } from '#src/api/keys.ts'
import { sessionEnd } from '#src/api/session-end.ts'
import { ProductMark } from '#src/components/ProductMark.tsx'
import { safeNext } from '#src/lib/paths.ts'
import { limitsQuery, sessionQuery } from './queries.ts'
import { SignInForm } from './SignInForm.tsx'

export default function SignInPage() {
  const client = useQueryClient()
  const [search] = useSearchParams()
  const { data: me } = useQuery({ ...sessionQuery, enabled: false })
  const { data: limits } = useQuery(limitsQuery)
  if (me) return <Navigate to={safeNext(search.get('next'))} replace />

  return (
    <Center component="main" mih="100dvh" p="md">
      <title>Sign in · OTA Portal</title>
      <Stack w="100%" maw={380}>
        <ProductMark />
        <Paper withBorder p="lg">
          <Stack>
            <Title order={1} size="h3">
              Sign in
            </Title>
            <SignInForm
              onSignedIn={(session) => {
                sessionEnd.over()
                client.setQueryData(keys.session, session)
              }}
            />
          </Stack>
        </Paper>
        {limits && (
          <Text size="sm" c="dimmed">
            No account? Contact {limits.contact} for an account with access to the Device Management Service.
          </Text>
        )}
      </Stack>
    </Center>
  )
}
