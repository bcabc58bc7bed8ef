import { Anchor, Group, Stack } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import type { Device } from '#contract/manage/devices.ts'
import { useLive } from '#src/api/use-live.ts'
import { ConfirmButton } from '#src/components/ConfirmButton.tsx'
import { ConnectionBadge } from '#src/components/ConnectionBadge.tsx'
import { Facts } from '#src/components/Facts.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { StateBadge } from '#src/components/StateBadge.tsx'
import { Time } from '#src/components/Time.tsx'
import { useRight } from '#src/features/session/queries.ts'
import { paths } from '#src/lib/paths.ts'
import { useOrg, useParam } from '#src/lib/use-org.ts'
import { whyNot } from '#src/lib/why.ts'
import { DeviceHistory } from './DeviceHistory.tsx'
import { deviceQuery, setDeviceEnabled } from './queries.ts'
import { WhyNotUpdated } from './WhyNotUpdated.tsx'

export default function DevicePage() {
  const org = useOrg()
  const deviceId = useParam('deviceId')
  useLive(org, { devices: true })
  const device = useQuery(deviceQuery(org, deviceId))
  const back = { to: paths.devices(org), label: 'Devices' }
  return (
    <>
      <PageHeader
        title={device.data?.deviceKey ?? 'Device'}
        back={back}
        actions={device.data && <AccessButton org={org} device={device.data} />}
      >
        {device.data?.name}
      </PageHeader>
      <Resource
        noun="this device"
        query={device}
        wayOut={
          <Anchor component={Link} to={back.to}>
            All devices
          </Anchor>
        }
      >
        {(shown) => (
          <Stack gap="lg">
            <DeviceFacts org={org} device={shown} />
            <WhyNotUpdated org={org} deviceId={deviceId} />
            <DeviceHistory org={org} deviceId={deviceId} />
          </Stack>
        )}
      </Resource>
    </>
  )
}

function DeviceFacts({ org, device }: { org: string; device: Device }) {
  const { tags, attributes } = device
  return (
    <Section title="Facts">
      <Stack gap="md">
        <Facts
          label="Device"
          facts={[
            [
              'Product',
              <Anchor key="product" component={Link} to={paths.devices(org, { product: device.productKey })} inherit>
                {device.productKey}
              </Anchor>,
            ],
            ['Current Version', device.currentVersion ?? 'not reported yet'],
            ['Version reported', <Time key="reported" at={device.versionReportedAt} />],
            ['Connection Status', <ConnectionBadge key="connection" connection={device.connection} />],
            ['Last seen', <Time key="seen" at={device.lastSeenAt} />],
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

function AccessButton({ org, device: { id, deviceKey, enabled } }: { org: string; device: Device }) {
  const mayWrite = useRight('device.write', org)
  const toggle = useMutation({
    ...setDeviceEnabled(org, id, !enabled),
    onSuccess: (next) => notifications.show({ message: `${deviceKey} is ${next.enabled ? 'enabled' : 'disabled'}` }),
  })
  return (
    <Group>
      <ConfirmButton
        act={enabled ? 'Disable' : 'Enable'}
        title={`${enabled ? 'Disable' : 'Enable'} ${deviceKey}?`}
        mutation={toggle}
        whyNot={whyNot(mayWrite)}
        dangerous={enabled}
      >
        {enabled
          ? 'Its connection ends and new ones are refused. A job that waits for it goes on waiting.'
          : 'It may connect again with its secret.'}
      </ConfirmButton>
    </Group>
  )
}
