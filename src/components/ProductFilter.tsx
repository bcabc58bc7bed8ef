import type { ComponentProps } from 'react'

import { FilterSelect } from './FilterSelect.tsx'

interface Props extends Pick<ComponentProps<typeof FilterSelect>, 'value' | 'choose' | 'size'> {
  products: readonly { productKey: string; name: string }[] | undefined
}

/** Narrows a list to one product. */
export function ProductFilter({ products = [], ...filter }: Props) {
  const options = products.map(({ productKey, name }) => ({ value: productKey, label: name }))
  return <FilterSelect label="Product" all="All products" options={options} {...filter} />
}
