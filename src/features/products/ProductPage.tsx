import { Anchor, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import type { Product } from '#contract/manage/products.ts'
import { percentDone } from '#domain/job.ts'
import { useLive } from '#src/api/use-live.ts'
import { CopyLine } from '#src/components/CopyLine.tsx'
import { Facts } from '#src/components/Facts.tsx'
import { JobSection } from '#src/components/JobSection.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Resource } from '#src/components/Resource.tsx'
import { Section } from '#src/components/Section.tsx'
import { Time } from '#src/components/Time.tsx'
import { VersionBars } from '#src/components/VersionBars.tsx'
import { versionsQuery } from '#src/features/devices/queries.ts'
import { firmwareListQuery } from '#src/features/firmware/queries.ts'
import { jobListQuery } from '#src/features/jobs/queries.ts'
import { count } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { useOrg, useParam } from '#src/lib/use-org.ts'
import { ProductActs } from './ProductActs.tsx'
import { productQuery } from './queries.ts'

export default function ProductPage() {
  const org = useOrg()
  const productKey = useParam('productKey')
  const product = useQuery(productQuery(org, productKey))
  const jobs = useQuery(jobListQuery(org, { product: productKey }))
  useLive(org, { devices: true })
  const back = { to: paths.products(org), label: 'Products' }
  const { data } = product
  return (
    <>
      <PageHeader
        title={data?.name ?? 'Product'}
        back={back}
        actions={data && <ProductActs org={org} product={data} />}
      >
        {data?.description}
      </PageHeader>
      <Resource noun="this product" query={product} wayOut={{ to: back.to, label: 'All products' }}>
        {(shown) => (
          <Stack gap="lg">
            <ProductFacts org={org} product={shown} />
            <Versions org={org} product={shown.productKey} />
            <JobSection
              org={org}
              title="OTA Jobs"
              label="Jobs of this product"
              query={jobs}
              percentOf={percentDone}
              none="No job of this product yet"
              all={paths.jobs(org, { product: shown.productKey })}
            />
          </Stack>
        )}
      </Resource>
    </>
  )
}

function ProductFacts({ org, product }: { org: string; product: Product }) {
  const { productKey, deviceCount, dynamicActivation, tlsRequired, createdAt } = product
  return (
    <Section title="Facts">
      <Facts
        label="Product"
        facts={[
          ['Product Key', <CopyLine key="key" what="product key" value={productKey} />],
          [
            'Devices',
            <Anchor key="devices" component={Link} to={paths.devices(org, { product: productKey })} inherit>
              {count(deviceCount)}
            </Anchor>,
          ],
          ['Firmware', <FirmwareCount key="firmware" org={org} product={productKey} />],
          ['Activation', dynamicActivation ? 'Dynamic, with the product secret' : 'Each device has its secret'],
          ['Connection', tlsRequired ? 'TLS only' : 'TLS or plain'],
          ['Created On', <Time key="created" at={createdAt} />],
        ]}
      />
    </Section>
  )
}

/** A number that is not known yet is none: a zero would say that there is nothing. */
function FirmwareCount({ org, product }: { org: string; product: string }) {
  const { data, isPending } = useQuery(firmwareListQuery(org, { product, limit: 1 }))
  if (isPending) return <Skeleton height={12} mt={6} w={32} role="status" aria-label="Loading the number of firmware" />
  return (
    <Anchor component={Link} to={paths.firmwareList(org, { product })} inherit>
      {typeof data?.total === 'number' ? count(data.total) : 'Not known, see the list'}
    </Anchor>
  )
}

/** As many as can be compared at a glance. */
const SHOWN = 8

function Versions({ org, product }: { org: string; product: string }) {
  return (
    <Section title="Versions in the field">
      <Resource
        noun="the versions of its devices"
        query={useQuery(versionsQuery(org, product))}
        height={96}
        isEmpty={({ items }) => items.length === 0}
        empty={<Text size="sm">The product has no device yet.</Text>}
      >
        {({ items }) => (
          <VersionBars org={org} label="Versions in the field" product={product} versions={items} shown={SHOWN} />
        )}
      </Resource>
    </Section>
  )
}
