import { Button, Group, Stack, TextInput } from '@mantine/core'
import { schemaResolver, useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'

import { ProductCreate } from '#contract/manage/products.ts'
import { FormProblem } from '#src/components/FormProblem.tsx'
import { SecretOnce } from '#src/components/SecretOnce.tsx'
import { showRefused, toFirstError } from '#src/lib/first-error.ts'
import { ProductFields } from './ProductFields.tsx'
import { createProduct } from './queries.ts'

interface Values {
  name: string
  productKey: string
  description: string
  dynamicActivation: boolean
  tlsRequired: boolean
}

/** An empty product key asks the server to choose one. */
const wire = ({ productKey, ...values }: Values) => ({ ...values, ...(productKey && { productKey }) })
const check = schemaResolver(ProductCreate, { sync: true })

interface Props {
  org: string
  close: () => void
}

export function ProductCreateForm({ org, close }: Props) {
  const form = useForm<Values>({
    mode: 'uncontrolled',
    initialValues: { name: '', productKey: '', description: '', dynamicActivation: false, tlsRequired: false },
    validate: (values) => check(wire(values)),
  })
  const create = useMutation({ ...createProduct(org), onError: ({ problem }) => showRefused(form, problem.fields) })
  if (create.data) {
    const { name, productKey, productSecret } = create.data
    return (
      <SecretOnce
        said={`Product ${name} (${productKey}) is registered.`}
        name="Product secret"
        secret={productSecret}
        close={close}
      />
    )
  }
  return (
    <form noValidate onSubmit={form.onSubmit((values) => create.mutate(wire(values)), toFirstError)}>
      <Stack>
        <FormProblem error={create.error} values={form.getValues()} />
        <ProductFields form={form}>
          <TextInput
            label="Product Key"
            description="Part of every topic of its devices. Leave it empty to get one."
            key={form.key('productKey')}
            {...form.getInputProps('productKey')}
          />
        </ProductFields>
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            Create product
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
