import { Alert, Button, Group, Text } from '@mantine/core'

import type { Draft } from '#src/lib/use-draft.ts'
import { Time } from './Time.tsx'

/** Offers back what was written into this form before the page was loaded again. */
export function DraftNotice({ draft: { offeredAt, take, forget } }: { draft: Draft }) {
  if (offeredAt === null) return null
  return (
    <Alert role="status" aria-label="Draft" variant="light">
      <Group justify="space-between" gap="xs">
        <Text size="sm">
          You wrote here and did not save it: <Time at={offeredAt} />
        </Text>
        <Group gap={6}>
          <Button size="xs" onClick={take}>
            Take it back
          </Button>
          <Button size="xs" variant="default" onClick={forget}>
            Discard
          </Button>
        </Group>
      </Group>
    </Alert>
  )
}
