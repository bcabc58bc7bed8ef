import { Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import { ProductFilter } from '#src/components/ProductFilter.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { VersionBars } from '#src/components/VersionBars.tsx'
import { versionsQuery } from '#src/features/devices/queries.ts'
import { productChoiceQuery } from '#src/features/products/queries.ts'
import { useUrl } from '#src/lib/use-url.ts'

/** As many as can be compared at a glance; the devices page has them all. */
const SHOWN = 6

/** Versions in the field, the most frequent first, as bars over the same scale. */
export function Versions({ org }: { org: string }) {
  const { search, change } = useUrl()
  const product = search.get('product') ?? undefined
  const versions = useQuery(versionsQuery(org, product))
  const products = useQuery(productChoiceQuery(org)).data?.items
  const choice = (
    <ProductFilter
      products={products}
      size="xs"
      value={product}
      choose={(next) => change({ product: next }, { replace: true })}
    />
  )
  return (
    <Section title="Versions in the field" actions={choice}>
      <Resource
        noun="versions"
        query={versions}
        height={96}
        isEmpty={({ items }) => items.length === 0}
        empty={<Text size="sm">No device is registered yet.</Text>}
      >
        {({ items }) => (
          <VersionBars org={org} label="Versions in the field" product={product} versions={items} shown={SHOWN} />
        )}
      </Resource>
    </Section>
  )
}
