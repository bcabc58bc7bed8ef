import { Button, Center } from '@mantine/core'
import { Link } from 'react-router-dom'

import { PageHeader } from '#src/components/PageHeader.tsx'
import { paths } from '#src/lib/paths.ts'

export default function NotFoundPage({ title = 'There is no page at this address' }: { title?: string }) {
  return (
    <Center mih="60dvh" p="md">
      <div>
        <PageHeader title={title}>The link may be old, or a letter of it may be missing.</PageHeader>
        <Button component={Link} to={paths.root()} variant="default">
          Go to the start page
        </Button>
      </div>
    </Center>
  )
}
