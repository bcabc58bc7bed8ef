import { Anchor, List, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { firmwareListQuery } from '#src/features/firmware/queries.ts'
import { paths } from '#src/lib/paths.ts'

/** Firmware that was uploaded and waits for its verification. */
export function ToVerify({ org }: { org: string }) {
  const waiting = useQuery(firmwareListQuery(org, { state: 'notVerified', limit: 5 }))
  return (
    <Section title="Waiting for verification">
      <Resource
        noun="unverified firmware"
        query={waiting}
        height={96}
        isEmpty={({ items }) => items.length === 0}
        empty={<Text size="sm">All firmware is verified, or needs no verification.</Text>}
      >
        {({ items, nextCursor }) => (
          <>
            <List size="sm" spacing={4} listStyleType="none" aria-label="Firmware waiting for verification">
              {items.map(({ id, name, version }) => (
                <List.Item key={id}>
                  <Anchor component={Link} to={paths.firmware(org, id)} inherit>
                    {name} {version}
                  </Anchor>
                </List.Item>
              ))}
            </List>
            {nextCursor && (
              <Anchor component={Link} to={paths.firmwareList(org, { state: 'notVerified' })} size="sm">
                All of it
              </Anchor>
            )}
          </>
        )}
      </Resource>
    </Section>
  )
}
