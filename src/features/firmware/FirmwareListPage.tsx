import { Anchor, Group } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import { firmware as api, VerificationState, type Firmware } from '#contract/manage/firmware.ts'
import { useLive } from '#src/api/use-live.ts'
import { ActionLink } from '#src/components/ActionButton.tsx'
import { Bytes } from '#src/components/Bytes.tsx'
import { DataTable, RowHeader } from '#src/components/DataTable.tsx'
import { Empty } from '#src/components/Empty.tsx'
import { FilterSelect } from '#src/components/FilterSelect.tsx'
import { PagedList } from '#src/components/PagedList.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { ProductFilter } from '#src/components/ProductFilter.tsx'
import { SearchBox } from '#src/components/SearchBox.tsx'
import { Time } from '#src/components/Time.tsx'
import { VERIFICATION_WORDS, VerificationBadge } from '#src/components/VerificationBadge.tsx'
import { productChoiceQuery } from '#src/features/products/queries.ts'
import { useRight } from '#src/features/session/queries.ts'
import { count } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { useOrg } from '#src/lib/use-org.ts'
import { readSearch, useUrl } from '#src/lib/use-url.ts'
import { whyNot } from '#src/lib/why.ts'
import { firmwareListQuery } from './queries.ts'

const COLUMNS = ['Name', 'Version', 'Product', 'Size', 'Verification', 'Devices on it', 'Jobs', 'Uploaded']

export default function FirmwareListPage() {
  const org = useOrg()
  const { search } = useUrl()
  const filter = readSearch(api.list.query, search)
  const list = useQuery(firmwareListQuery(org, filter))
  useLive(org, { devices: true })
  const mayWrite = useRight('firmware.write', org)
  const isFiltered = Boolean(filter.q ?? filter.product ?? filter.state)
  const upload = (
    <ActionLink to={paths.firmwareNew(org)} whyNot={whyNot(mayWrite)}>
      Upload firmware
    </ActionLink>
  )
  return (
    <>
      <PageHeader title="Firmware" actions={upload} />
      <Filters org={org} filter={filter} />
      <PagedList noun="firmware" plural="firmware" query={list} empty={isFiltered ? <NoMatch /> : <NoFirmware />}>
        {(items) => (
          <DataTable label="Firmware" columns={COLUMNS}>
            {items.map((item) => (
              <FirmwareRow key={item.id} org={org} item={item} />
            ))}
          </DataTable>
        )}
      </PagedList>
    </>
  )
}

type Filter = {
  q?: string | undefined
  product?: string | undefined
  state?: VerificationState | undefined
  sort?: string
}

function Filters({ org, filter }: { org: string; filter: Filter }) {
  const { change } = useUrl()
  const products = useQuery(productChoiceQuery(org)).data?.items
  return (
    <Group mb="sm" gap="xs">
      <SearchBox
        label="Search by firmware name"
        placeholder="Enter firmware name"
        value={filter.q}
        search={(q) => change({ q }, { replace: true })}
      />
      <ProductFilter products={products} value={filter.product} choose={(product) => change({ product })} />
      <FilterSelect
        label="Verification"
        all="All verification states"
        options={VerificationState.options.map((value) => ({ value, label: VERIFICATION_WORDS[value] }))}
        value={filter.state}
        choose={(state) => change({ state })}
      />
      <FilterSelect
        label="Order"
        all="Newest first"
        options={[{ value: 'name', label: 'By name' }]}
        value={filter.sort === 'name' ? 'name' : undefined}
        choose={(sort) => change({ sort })}
      />
    </Group>
  )
}

const NoMatch = () => <Empty title="No firmware matches">Shorten the name or show all products and states.</Empty>

const NoFirmware = () => (
  <Empty title="No firmware yet">
    Upload the first binary file; then verify it on a few devices before it goes to all.
  </Empty>
)

function FirmwareRow({ org, item }: { org: string; item: Firmware }) {
  const { id, name, version, productName, productKey, sizeBytes, verificationState, deviceCount, jobCount } = item
  return (
    <tr>
      <RowHeader>
        <Anchor component={Link} to={paths.firmware(org, id)} inherit>
          {name}
        </Anchor>
      </RowHeader>
      <td>{version}</td>
      <td>{productName}</td>
      <td>
        <Bytes value={sizeBytes} />
      </td>
      <td>
        <VerificationBadge state={verificationState} />
      </td>
      <td>
        <Anchor component={Link} to={paths.devices(org, { product: productKey, version })} inherit>
          {count(deviceCount)}
        </Anchor>
      </td>
      <td>{count(jobCount)}</td>
      <td>
        <Time at={item.createdAt} by={item.createdBy.name} />
      </td>
    </tr>
  )
}
