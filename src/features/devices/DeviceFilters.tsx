import { useQuery } from '@tanstack/react-query'

import type { Connection } from '#contract/manage/devices.ts'
import { FilterSelect } from '#src/components/FilterSelect.tsx'
import { ProductFilter } from '#src/components/ProductFilter.tsx'
import { SearchBox } from '#src/components/SearchBox.tsx'
import { productChoiceQuery } from '#src/features/products/queries.ts'
import { counted } from '#src/lib/bytes.ts'
import { versionsQuery } from './queries.ts'

interface Props {
  org: string
  filter: {
    q?: string | undefined
    product?: string | undefined
    version?: string | undefined
    connection?: Connection | undefined
    tag?: string | undefined
    unseenDays?: number | undefined
  }
  change: (changes: Record<string, string | undefined>, options?: { replace?: boolean }) => void
}

/** Days for which a device that is still needed hardly stays away. */
const UNSEEN_DAYS = [1, 7, 30, 90]

export function DeviceFilters({ org, filter, change }: Props) {
  const products = useQuery(productChoiceQuery(org)).data?.items
  const versions = useQuery(versionsQuery(org, filter.product)).data?.items ?? []
  return (
    <>
      <SearchBox
        label="Search by device key"
        placeholder="Enter device key"
        value={filter.q}
        search={(q) => change({ q }, { replace: true })}
      />
      <ProductFilter
        products={products}
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
      <FilterSelect
        label="Last seen"
        all="Seen at any time"
        options={[...new Set([...UNSEEN_DAYS, ...(filter.unseenDays ? [filter.unseenDays] : [])])].map((days) => ({
          value: String(days),
          label: `Not seen for ${counted(days, 'day')}`,
        }))}
        value={filter.unseenDays?.toString()}
        choose={(unseenDays) => change({ unseenDays })}
      />
      <SearchBox
        label="Search by tag"
        placeholder="Tag, such as site=tampines"
        value={filter.tag}
        maxLength={251}
        search={(tag) => change({ tag }, { replace: true })}
      />
    </>
  )
}
