import { Button, Center, Code, Group, Text } from '@mantine/core'
import { useRouteError } from 'react-router-dom'

import { PageHeader } from '#src/components/PageHeader.tsx'
import { paths } from '#src/lib/paths.ts'

/** @param inside the shell stands around it, so that the navigation still works */
export default function CrashPage({ inside = false }: { inside?: boolean }) {
  const error = useRouteError()
  return (
    <Center mih={inside ? '60dvh' : '100dvh'} p="md" {...(!inside && { component: 'main' })}>
      <div role="alert">
        <PageHeader title="This page stopped working">
          It is a fault of the portal, not of your work: jobs on the server go on. Reload the page; if it comes back,
          tell GovTech what is written below.
        </PageHeader>
        <Group>
          <Button onClick={() => window.location.reload()}>Reload</Button>
          <Button component="a" href={paths.root()} variant="default">
            Go to the start page
          </Button>
        </Group>
        {error instanceof Error && (
          <Text mt="md" size="sm">
            <Code>{error.message}</Code>
          </Text>
        )}
      </div>
    </Center>
  )
}
