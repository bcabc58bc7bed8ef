import { Alert, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { useLive } from '#src/api/use-live.ts'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { paths } from '#src/lib/paths.ts'
import { useOrg, useParam } from '#src/lib/use-org.ts'
import { DeviceActs } from './DeviceActs.tsx'
import { DeviceFacts } from './DeviceFacts.tsx'
import { DeviceHistory } from './DeviceHistory.tsx'
import { deviceHistoryQuery, deviceQuery } from './queries.ts'
import { SubDevices } from './SubDevices.tsx'
import { WhyNotUpdated } from './WhyNotUpdated.tsx'

export default function DevicePage() {
  const org = useOrg()
  const deviceId = useParam('deviceId')
  useLive(org, { devices: true })
  const device = useQuery(deviceQuery(org, deviceId))
  const isMissing = device.error?.problem.status === 404
  // what happened to a device outlives it, and links from jobs lead here
  const remains = useQuery({ ...deviceHistoryQuery(org, deviceId), enabled: isMissing })
  const back = { to: paths.devices(org), label: 'Devices' }
  const isDeleted = isMissing && remains.data !== undefined
  return (
    <>
      <PageHeader
        title={device.data?.deviceKey ?? (isDeleted ? 'Deleted device' : 'Device')}
        back={back}
        actions={device.data && !isDeleted && <DeviceActs org={org} device={device.data} />}
      >
        {device.data?.name}
      </PageHeader>
      {isDeleted ? (
        <Stack gap="lg">
          <Alert color="gray">This device was deleted. What happened to it stays.</Alert>
          <DeviceHistory org={org} deviceId={deviceId} />
        </Stack>
      ) : (
        <Resource noun="this device" query={device} wayOut={{ to: back.to, label: 'All devices' }}>
          {(shown) => (
            <Stack gap="lg">
              <DeviceFacts org={org} device={shown} />
              <WhyNotUpdated org={org} deviceId={deviceId} />
              <SubDevices org={org} deviceId={deviceId} />
              <DeviceHistory org={org} deviceId={deviceId} />
            </Stack>
          )}
        </Resource>
      )}
    </>
  )
}
