import { Anchor, Group, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import { devices, type Device } from '#contract/manage/devices.ts'
import { useLive } from '#src/api/use-live.ts'
import { ActionButton } from '#src/components/ActionButton.tsx'
import { ConnectionBadge } from '#src/components/ConnectionBadge.tsx'
import { DataTable, RowHeader } from '#src/components/DataTable.tsx'
import { Empty } from '#src/components/Empty.tsx'
import { KeysetPager } from '#src/components/KeysetPager.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { StateBadge } from '#src/components/StateBadge.tsx'
import { Time } from '#src/components/Time.tsx'
import { useRight } from '#src/features/session/queries.ts'
import { paths } from '#src/lib/paths.ts'
import { useOrg } from '#src/lib/use-org.ts'
import { readSearch, useUrl } from '#src/lib/use-url.ts'
import { whyNot } from '#src/lib/why.ts'
import { DeviceCreateForm } from './DeviceCreateForm.tsx'
import { DeviceFilters } from './DeviceFilters.tsx'
import { deviceListQuery } from './queries.ts'

const COLUMNS = ['Device Key', 'Name', 'Product', 'Current Version', 'Connection Status', 'Last seen', 'Access']

export default function DevicesPage() {
  const org = useOrg()
  useLive(org, { devices: true })
  const { search, change } = useUrl()
  const filter = readSearch(devices.list.query, search)
  const list = useQuery(deviceListQuery(org, filter))
  const mayWrite = useRight('device.write', org)
  const isFiltered = Boolean(filter.q ?? filter.product ?? filter.version ?? filter.connection)
  const create = (
    <ActionButton onClick={() => change({ dialog: 'create' })} whyNot={whyNot(mayWrite)}>
      New device
    </ActionButton>
  )
  return (
    <>
      <PageHeader title="Devices" actions={create} />
      <Group mb="sm" gap="xs">
        <DeviceFilters org={org} filter={filter} change={change} />
      </Group>
      <Resource
        noun="devices"
        query={list}
        isEmpty={({ items }) => items.length === 0}
        empty={isFiltered ? <NoMatch /> : <NoDevices />}
      >
        {(page) => (
          <>
            <DataTable label="Devices" columns={COLUMNS}>
              {page.items.map((device) => (
                <DeviceRow key={device.id} org={org} device={device} />
              ))}
            </DataTable>
            <KeysetPager noun="device" page={page} go={(cursor) => change({ cursor })} />
          </>
        )}
      </Resource>
      <Modal
        opened={search.get('dialog') === 'create' && mayWrite === true}
        onClose={() => change({ dialog: undefined })}
        title="New device"
      >
        <DeviceCreateForm org={org} product={filter.product} close={() => change({ dialog: undefined })} />
      </Modal>
    </>
  )
}

const NoMatch = () => (
  <Empty title="No device matches">Shorten the device key or show all products, versions and states.</Empty>
)

const NoDevices = () => (
  <Empty title="No devices yet">Register the first device. It can be upgraded once it has reported its version.</Empty>
)

function DeviceRow({ org, device }: { org: string; device: Device }) {
  const { id, deviceKey, name, productKey, currentVersion, connection, lastSeenAt, enabled } = device
  return (
    <tr>
      <RowHeader>
        <Anchor component={Link} to={paths.device(org, id)} inherit>
          {deviceKey}
        </Anchor>
      </RowHeader>
      <td>{name}</td>
      <td>{productKey}</td>
      <td>{currentVersion ?? 'not reported yet'}</td>
      <td>
        <ConnectionBadge connection={connection} />
      </td>
      <td>
        <Time at={lastSeenAt} />
      </td>
      <td>{enabled ? 'Enabled' : <StateBadge tone="idle">Disabled</StateBadge>}</td>
    </tr>
  )
}
