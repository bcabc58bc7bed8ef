import { Anchor, Group, Modal, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import { devices, type Device } from '#contract/manage/devices.ts'
import { useLive } from '#src/api/use-live.ts'
import { ActionButton } from '#src/components/ActionButton.tsx'
import { ConnectionBadge } from '#src/components/ConnectionBadge.tsx'
import { DataTable, RowHeader } from '#src/components/DataTable.tsx'
import { Empty } from '#src/components/Empty.tsx'
import { PagedList } from '#src/components/PagedList.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { StateBadge } from '#src/components/StateBadge.tsx'
import { Time } from '#src/components/Time.tsx'
import { productChoiceQuery } from '#src/features/products/queries.ts'
import { useRight } from '#src/features/session/queries.ts'
import { paths } from '#src/lib/paths.ts'
import { useOrg } from '#src/lib/use-org.ts'
import { readSearch, useUrl } from '#src/lib/use-url.ts'
import { whyNot } from '#src/lib/why.ts'
import { DeviceCreateForm } from './DeviceCreateForm.tsx'
import { DeviceFilters } from './DeviceFilters.tsx'
import { deviceListQuery } from './queries.ts'
import { SavedViews } from './SavedViews.tsx'

const COLUMNS = ['Device Key', 'Product', 'Current Version', 'Connection Status', 'Last seen', 'Tags', 'Access']

export default function DevicesPage() {
  const org = useOrg()
  useLive(org, { devices: true })
  const { search, change } = useUrl()
  const filter = readSearch(devices.list.query, search)
  const list = useQuery(deviceListQuery(org, filter))
  const products = useQuery(productChoiceQuery(org)).data?.items
  const names = new Map(products?.map(({ productKey, name }) => [productKey, name]))
  const mayWrite = useRight('device.write', org)
  const isFiltered = Boolean(
    filter.q ?? filter.product ?? filter.version ?? filter.connection ?? filter.tag ?? filter.unseenDays,
  )
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
        <SavedViews key={org} org={org} />
      </Group>
      <PagedList noun="device" query={list} empty={isFiltered ? <NoMatch /> : <NoDevices />}>
        {(items) => (
          <DataTable label="Devices" columns={COLUMNS}>
            {items.map((device) => (
              <DeviceRow key={device.id} org={org} device={device} productName={names.get(device.productKey)} />
            ))}
          </DataTable>
        )}
      </PagedList>
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
  <Empty title="No device matches">
    Shorten the device key or show all products, versions and states. A tag is looked for whole: its key, or key=value.
  </Empty>
)

const NoDevices = () => (
  <Empty title="No devices yet">Register the first device. It can be upgraded once it has reported its version.</Empty>
)

interface RowProps {
  org: string
  device: Device
  /** Undefined until it is known. */
  productName: string | undefined
}

function DeviceRow({ org, device, productName }: RowProps) {
  const { id, deviceKey, name, productKey, currentVersion, connection, lastSeenAt, tags, enabled } = device
  return (
    <tr>
      <RowHeader>
        <Anchor component={Link} to={paths.device(org, id)} inherit>
          {deviceKey}
        </Anchor>
        {name && (
          <Text size="xs" c="dimmed">
            {name}
          </Text>
        )}
      </RowHeader>
      <td>{productName ?? productKey}</td>
      <td>{currentVersion ?? 'not reported yet'}</td>
      <td>
        <ConnectionBadge connection={connection} />
      </td>
      <td>
        <Time at={lastSeenAt} />
      </td>
      <td>
        <SomeTags tags={Object.entries(tags).map(([key, value]) => (value === '' ? key : `${key}=${value}`))} />
      </td>
      <td>{enabled ? 'Enabled' : <StateBadge tone="idle">Disabled</StateBadge>}</td>
    </tr>
  )
}

/** As many as fit into a row; the device's own page has them all. */
const SHOWN = 2

function SomeTags({ tags }: { tags: readonly string[] }) {
  const others = tags.slice(SHOWN)
  return (
    <Text size="xs" c="dimmed" title={others.length > 0 ? tags.join('\n') : ''}>
      {tags.slice(0, SHOWN).join(', ')}
      {others.length > 0 && ` and ${others.length} more`}
    </Text>
  )
}
