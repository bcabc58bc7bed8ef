import { Anchor, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Link } from 'react-router-dom'

import type { Device } from '#contract/manage/devices.ts'
import { ConnectionBadge } from '#src/components/ConnectionBadge.tsx'
import { Facts } from '#src/components/Facts.tsx'
import { Section } from '#src/components/Section.tsx'
import { StateBadge } from '#src/components/StateBadge.tsx'
import { Time } from '#src/components/Time.tsx'
import { productQuery } from '#src/features/products/queries.ts'
import { paths } from '#src/lib/paths.ts'
import { deviceQuery } from './queries.ts'

type Fact = readonly [term: string, fact: ReactNode]

export function DeviceFacts({ org, device }: { org: string; device: Device }) {
  const { tags, attributes, gatewayId, activatedAt, productKey } = device
  const { data: product } = useQuery(productQuery(org, productKey))
  const gateway: Fact[] =
    gatewayId === null ? [] : [['Gateway', <GatewayLink key="gateway" org={org} gatewayId={gatewayId} />]]
  return (
    <Section title="Facts">
      <Stack gap="md">
        <Facts
          label="Device"
          facts={[
            [
              'Product',
              <Anchor key="product" component={Link} to={paths.product(org, productKey)} inherit>
                {product?.name ?? productKey}
              </Anchor>,
            ],
            ...gateway,
            ['Current Version', device.currentVersion ?? 'not reported yet'],
            ['Version reported', <Time key="reported" at={device.versionReportedAt} />],
            ['Connection Status', <ConnectionBadge key="connection" connection={device.connection} />],
            ['Last seen', <Time key="seen" at={device.lastSeenAt} />],
            ['Activated', activatedAt === null ? 'not yet' : <Time key="activated" at={activatedAt} />],
            [
              'Access',
              device.enabled ? (
                'Enabled'
              ) : (
                <StateBadge key="access" tone="idle">
                  Disabled
                </StateBadge>
              ),
            ],
            ['Registered', <Time key="created" at={device.createdAt} />],
          ]}
        />
        {Object.keys(tags).length > 0 && <Facts label="Tags" facts={Object.entries(tags)} />}
        {Object.keys(attributes).length > 0 && <Facts label="Attributes" facts={Object.entries(attributes)} />}
      </Stack>
    </Section>
  )
}

function GatewayLink({ org, gatewayId }: { org: string; gatewayId: string }) {
  const gateway = useQuery(deviceQuery(org, gatewayId))
  return (
    <Anchor component={Link} to={paths.device(org, gatewayId)} inherit>
      {gateway.data?.deviceKey ?? 'its gateway'}
    </Anchor>
  )
}
