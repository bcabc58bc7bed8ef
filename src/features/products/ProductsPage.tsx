import { Anchor, Code, Modal } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { Link } from 'react-router-dom'

import { products, type Product } from '#contract/manage/products.ts'
import { ActionButton } from '#src/components/ActionButton.tsx'
import { DataTable, RowHeader } from '#src/components/DataTable.tsx'
import { Empty } from '#src/components/Empty.tsx'
import { PagedList } from '#src/components/PagedList.tsx'
import { PageHeader } from '#src/components/PageHeader.tsx'
import { Time } from '#src/components/Time.tsx'
import { useRight } from '#src/features/session/queries.ts'
import { count } from '#src/lib/bytes.ts'
import { paths } from '#src/lib/paths.ts'
import { useOrg } from '#src/lib/use-org.ts'
import { readSearch, useUrl } from '#src/lib/use-url.ts'
import { whyNot } from '#src/lib/why.ts'
import { ProductCreateForm } from './ProductCreateForm.tsx'
import { productListQuery } from './queries.ts'

const COLUMNS = ['Name', 'Product Key', 'Devices', 'Activation', 'Connection', 'Created On']

export default function ProductsPage() {
  const org = useOrg()
  const { search, change } = useUrl()
  const list = useQuery(productListQuery(org, readSearch(products.list.query, search)))
  const mayWrite = useRight('device.write', org)
  const create = (
    <ActionButton onClick={() => change({ dialog: 'create' })} whyNot={whyNot(mayWrite)}>
      New product
    </ActionButton>
  )
  return (
    <>
      <PageHeader title="Products" actions={create}>
        A product is a device model: its devices run the same firmware.
      </PageHeader>
      <PagedList noun="product" query={list} empty={<NoProducts />}>
        {(items) => (
          <DataTable label="Products" columns={COLUMNS}>
            {items.map((product) => (
              <ProductRow key={product.productKey} org={org} product={product} />
            ))}
          </DataTable>
        )}
      </PagedList>
      <Modal
        opened={search.get('dialog') === 'create' && mayWrite === true}
        onClose={() => change({ dialog: undefined })}
        title="New product"
      >
        <ProductCreateForm org={org} close={() => change({ dialog: undefined })} />
      </Modal>
    </>
  )
}

const NoProducts = () => (
  <Empty title="No products yet">
    Create the first product, then register its devices. Firmware is uploaded for a product.
  </Empty>
)

function ProductRow({ org, product }: { org: string; product: Product }) {
  const { productKey, name, deviceCount, dynamicActivation, tlsRequired, createdAt } = product
  return (
    <tr>
      <RowHeader>
        <Anchor component={Link} to={paths.product(org, productKey)} inherit>
          {name}
        </Anchor>
      </RowHeader>
      <td>
        <Code>{productKey}</Code>
      </td>
      <td>
        <Anchor component={Link} to={paths.devices(org, { product: productKey })} inherit>
          {count(deviceCount)}
        </Anchor>
      </td>
      <td>{dynamicActivation ? 'Dynamic, with the product secret' : 'Each device has its secret'}</td>
      <td>{tlsRequired ? 'TLS only' : 'TLS or plain'}</td>
      <td>
        <Time at={createdAt} />
      </td>
    </tr>
  )
}
