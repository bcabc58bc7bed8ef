import { Anchor, Stack } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import type { Device } from '#contract/manage/devices.ts'
import { ConnectionBadge } from '#src/components/ConnectionBadge.tsx'
import { DataTable, RowHeader } from '#src/components/DataTable.tsx'
import { KeysetPager } from '#src/components/KeysetPager.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { Time } from '#src/components/Time.tsx'
import { paths } from '#src/lib/paths.ts'
import { useUrl } from '#src/lib/use-url.ts'
import { subDevicesQuery } from './queries.ts'

/** The devices behind a gateway. Most devices are none, and their pages say nothing of it. */
export function SubDevices({ org, deviceId }: { org: string; deviceId: string }) {
  const { search, change } = useUrl()
  const behind = useQuery(subDevicesQuery(org, deviceId, search.get('behind') ?? undefined))
  if (behind.data?.total === 0) return null
  return (
    <Section title="Devices behind it" bare>
      <Resource noun="the devices behind it" query={behind} height={96}>
        {(page) => (
          <Stack gap="xs">
            <DataTable
              label="Devices behind it"
              columns={['Device Key', 'Current Version', 'Connection Status', 'Last seen']}
            >
              {page.items.map((device) => (
                <SubDeviceRow key={device.id} org={org} device={device} />
              ))}
            </DataTable>
            <KeysetPager noun="device" page={page} go={(cursor) => change({ behind: cursor })} />
          </Stack>
        )}
      </Resource>
    </Section>
  )
}

function SubDeviceRow({ org, device }: { org: string; device: Device }) {
  return (
    <tr>
      <RowHeader>
        <Anchor component={Link} to={paths.device(org, device.id)} inherit>
          {device.deviceKey}
        </Anchor>
      </RowHeader>
      <td>{device.currentVersion ?? 'not reported yet'}</td>
      <td>
        <ConnectionBadge connection={device.connection} />
      </td>
      <td>
        <Time at={device.lastSeenAt} />
      </td>
    </tr>
  )
}
