import { Anchor, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { versionsQuery } from '#src/features/devices/queries.ts'
import { count } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import styles from './Versions.module.css'

/** As many as can be compared at a glance; the devices page has them all. */
const SHOWN = 6

interface Version {
  version: string | null
  count: number
}

/** Versions in the field, the most frequent first, as bars over the same scale. */
export function Versions({ org }: { org: string }) {
  const versions = useQuery(versionsQuery(org))
  return (
    <Section title="Versions in the field">
      <Resource
        noun="versions"
        query={versions}
        height={96}
        isEmpty={({ items }) => items.length === 0}
        empty={<Text size="sm">No device is registered yet.</Text>}
      >
        {({ items }) => <Bars org={org} items={items.toSorted((a, b) => b.count - a.count)} />}
      </Resource>
    </Section>
  )
}

function Bars({ org, items }: { org: string; items: readonly Version[] }) {
  const largest = Math.max(1, ...items.map((item) => item.count))
  const others = items.slice(SHOWN).length
  return (
    <>
      <ul className={styles['bars']} aria-label="Versions in the field">
        {items.slice(0, SHOWN).map(({ version, count: n }) => (
          <li key={version}>
            {version === null ? (
              <span>not reported</span>
            ) : (
              <Anchor component={Link} to={paths.devices(org, { version })} inherit>
                {version}
              </Anchor>
            )}
            <span className={styles['track']} aria-hidden>
              <span style={{ width: `${(n / largest) * 100}%` }} />
            </span>
            <span className={styles['count']}>{count(n)}</span>
          </li>
        ))}
      </ul>
      {others > 0 && (
        <Text size="xs" c="dimmed" mt={4}>
          and {others} more
        </Text>
      )}
    </>
  )
}
