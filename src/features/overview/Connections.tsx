import { Anchor, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import type { Connection } from '#contract/manage/devices.ts'
import { ConnectionBadge } from '#src/components/ConnectionBadge.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { deviceListQuery } from '#src/features/devices/queries.ts'
import { count } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'

export function Connections({ org }: { org: string }) {
  return (
    <Section title="Devices">
      <Group gap="xl">
        <Connected org={org} connection="online" />
        <Connected org={org} connection="offline" />
      </Group>
    </Section>
  )
}

/** A list of one, asked for its total. */
function Connected({ org, connection }: { org: string; connection: Connection }) {
  const list = useQuery(deviceListQuery(org, { connection, limit: 1 }))
  return (
    <Resource noun={`${connection} devices`} query={list} height={56}>
      {({ total }) => (
        <div>
          <Anchor component={Link} to={paths.devices(org, { connection })} fz="1.75rem" fw={650} lh={1.2} c="inherit">
            {total === null ? '–' : count(total)}
          </Anchor>
          <Text size="sm" component="div">
            <ConnectionBadge connection={connection} />
          </Text>
        </div>
      )}
    </Resource>
  )
}
