import { useQuery } from '@tanstack/react-query'

import type { Connection } from '#contract/manage/devices.ts'
import { FilterSelect } from '#src/components/FilterSelect.tsx'
import { SearchBox } from '#src/components/SearchBox.tsx'
import { productChoiceQuery } from '#src/features/products/queries.ts'
import { versionsQuery } from './queries.ts'

interface Props {
  org: string
  filter: {
    q?: string | undefined
    product?: string | undefined
    version?: string | undefined
    connection?: Connection | undefined
  }
  change: (changes: Record<string, string | undefined>, options?: { replace?: boolean }) => void
}

export function DeviceFilters({ org, filter, change }: Props) {
  const products = useQuery(productChoiceQuery(org)).data?.items ?? []
  const versions = useQuery(versionsQuery(org, filter.product)).data?.items ?? []
  return (
    <>
      <SearchBox
        label="Search by device key"
        placeholder="Enter device key"
        value={filter.q}
        search={(q) => change({ q }, { replace: true })}
      />
      <FilterSelect
        label="Product"
        all="All products"
        options={products.map(({ productKey, name }) => ({ value: productKey, label: name }))}
        value={filter.product}
        choose={(product) => change({ product, version: undefined })}
      />
      <FilterSelect
        label="Version"
        all="All versions"
        options={versions.flatMap(({ version }) => (version === null ? [] : [{ value: version, label: version }]))}
        value={filter.version}
        choose={(version) => change({ version })}
      />
      <FilterSelect
        label="Connection"
        all="Online and offline"
        options={[
          { value: 'online', label: 'Online' },
          { value: 'offline', label: 'Offline' },
        ]}
        value={filter.connection}
        choose={(connection) => change({ connection })}
      />
    </>
  )
}
