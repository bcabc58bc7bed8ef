import { Anchor, Group, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'react-router-dom'

import type { Connection } from '#contract/manage/devices.ts'
import { ConnectionBadge } from '#src/components/ConnectionBadge.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { deviceListQuery } from '#src/features/devices/queries.ts'
import { count } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'

/** A device that is still needed hardly stays away for longer. */
const UNSEEN_DAYS = 7

export function Connections({ org }: { org: string }) {
  return (
    <Section title="Devices">
      <Group gap="xl" align="start">
        <Counted org={org} noun="online devices" filter={{ connection: 'online' }}>
          <ConnectionBadge connection="online" />
        </Counted>
        <Counted org={org} noun="offline devices" filter={{ connection: 'offline' }}>
          <ConnectionBadge connection="offline" />
        </Counted>
        <Counted org={org} noun="devices not seen" filter={{ unseenDays: UNSEEN_DAYS }}>
          Not seen for {UNSEEN_DAYS} days
        </Counted>
      </Group>
    </Section>
  )
}

interface Props {
  org: string
  noun: string
  filter: { connection?: Connection; unseenDays?: number }
  children: ReactNode
}

/** A list of one, asked for its total, which leads to all of it. */
function Counted({ org, noun, filter, children }: Props) {
  const list = useQuery(deviceListQuery(org, { ...filter, limit: 1 }))
  const { connection, unseenDays } = filter
  return (
    <Resource noun={noun} query={list} height={56}>
      {({ total }) => (
        <div>
          <Anchor
            component={Link}
            to={paths.devices(org, { connection, unseenDays: unseenDays?.toString() })}
            fz="1.75rem"
            fw={650}
            lh={1.2}
            c="inherit"
          >
            {total === null ? 'many' : count(total)}
          </Anchor>
          <Text size="sm" component="div">
            {children}
          </Text>
        </div>
      )}
    </Resource>
  )
}
