import { Anchor, Stack, Text } from '@mantine/core'
import { Link } from 'react-router-dom'

import { counted } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { Bar, Bars } from './Bars.tsx'

interface Props {
  org: string
  label: string
  /** Of this product, or of all. */
  product?: string | undefined
  versions: readonly { version: string | null; count: number }[]
  /** As many as can be compared at a glance; the devices page has them all. */
  shown: number
  /** The version that the page is about. */
  own?: string
}

/** How many devices are on each version, the most first; each leads to its devices. */
export function VersionBars({ org, label, product, versions, shown, own }: Props) {
  const sorted = versions.toSorted((a, b) => b.count - a.count)
  const others = sorted.slice(shown)
  return (
    <Stack gap="xs">
      <Bars label={label}>
        {sorted.slice(0, shown).map(({ version, count }) => (
          <Bar key={version} count={count} largest={sorted[0]?.count ?? 1}>
            {version === null ? (
              'not reported'
            ) : (
              <Anchor component={Link} to={paths.devices(org, { product, version })} inherit>
                {version}
                {version === own && ' (this one)'}
              </Anchor>
            )}
          </Bar>
        ))}
      </Bars>
      {others.length > 0 && (
        <Text size="xs" c="dimmed">
          and {counted(others.length, 'more version')}
        </Text>
      )}
    </Stack>
  )
}
