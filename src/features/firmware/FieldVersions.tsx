import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import type { Firmware } from '#contract/manage/firmware.ts'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { VersionBars } from '#src/components/VersionBars.tsx'
import { firmwareStatisticsQuery } from './queries.ts'

/** As many as can be compared at a glance. */
const SHOWN = 8

/** What the devices of its product run now: how far this firmware has come, and where it would begin. */
export function FieldVersions({ org, firmware }: { org: string; firmware: Firmware }) {
  const { id, productKey, productName, version: own } = firmware
  const statistics = useQuery(firmwareStatisticsQuery(org, id))
  return (
    <Section title={`Devices of ${productName} by version`}>
      <Resource
        noun="the versions of its product"
        query={statistics}
        height={96}
        isEmpty={({ versions }) => versions.length === 0}
        empty={<Text size="sm">The product has no device yet.</Text>}
      >
        {({ versions }) => (
          <VersionBars
            org={org}
            label="Devices by version"
            product={productKey}
            versions={versions}
            shown={SHOWN}
            own={own}
          />
        )}
      </Resource>
    </Section>
  )
}
