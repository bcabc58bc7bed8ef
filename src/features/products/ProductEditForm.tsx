import { Button, Group, Stack } from '@mantine/core'
import { schemaResolver, useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'

import { ProductUpdate, type Product } from '#contract/manage/products.ts'
import { FormProblem } from '#src/components/FormProblem.tsx'
import { showRefused, toFirstError } from '#src/lib/first-error.ts'
import { ProductFields } from './ProductFields.tsx'
import { updateProduct } from './queries.ts'

interface Props {
  org: string
  product: Product
  /** Begins anew with the product as it is now. */
  reload: () => void
  close: () => void
}

const check = schemaResolver(ProductUpdate, { sync: true })

export function ProductEditForm({ org, product, reload, close }: Props) {
  const { productKey, name, description, dynamicActivation, tlsRequired } = product
  const [version] = useState(product.version)
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name, description, dynamicActivation, tlsRequired },
    validate: (values) => check({ ...values, version }),
  })
  const update = useMutation({
    ...updateProduct(org, productKey),
    onSuccess: (saved) => {
      notifications.show({ message: `${saved.name} is saved` })
      close()
    },
    onError: ({ problem }) => showRefused(form, problem.fields),
  })
  return (
    <form noValidate onSubmit={form.onSubmit((values) => update.mutate({ ...values, version }), toFirstError)}>
      <Stack>
        <FormProblem error={update.error} values={form.getValues()} />
        {update.error?.problem.code === 'stale' && (
          <Button variant="default" size="xs" onClick={reload}>
            Show the newer version and give up my changes
          </Button>
        )}
        <ProductFields form={form} />
        <Group justify="flex-end">
          <Button type="submit" loading={update.isPending}>
            Save product
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
