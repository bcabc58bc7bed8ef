import { Alert, Anchor, Text } from '@mantine/core'
import { Link } from 'react-router-dom'

import { paths } from '#src/lib/paths.ts'

interface Props {
  org: string
  /** What cannot be made without one: "A device". */
  of: string
  /** Undefined until it is known. */
  products: readonly unknown[] | undefined
}

/** Says of an organisation without products what comes first, before anything is written for none. */
export function NoProduct({ org, of, products }: Props) {
  if (products?.length !== 0) return null
  return (
    <Alert role="note" color="orange">
      <Text size="sm">
        {of} belongs to a product, and there is none yet.{' '}
        <Anchor component={Link} to={paths.products(org, { dialog: 'create' })} inherit>
          Create a product
        </Anchor>{' '}
        first.
      </Text>
    </Alert>
  )
}
