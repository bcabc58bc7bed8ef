import { Button, Checkbox, Group, Stack, Textarea, TextInput } from '@mantine/core'
import { schemaResolver, useForm } from '@mantine/form'
import { useMutation } from '@tanstack/react-query'

import { ProductCreate } from '#contract/manage/products.ts'
import { FormProblem } from '#src/components/FormProblem.tsx'
import { SecretOnce } from '#src/components/SecretOnce.tsx'
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
  const create = useMutation({ ...createProduct(org), onError: ({ problem }) => form.setErrors(problem.fields ?? {}) })
  if (create.data) {
    const { name, productKey, productSecret } = create.data
    return (
      <SecretOnce
        owner={`Product ${name} (${productKey})`}
        name="Product secret"
        secret={productSecret}
        close={close}
      />
    )
  }
  return (
    <form noValidate onSubmit={form.onSubmit((values) => create.mutate(wire(values)))}>
      <Stack>
        <FormProblem error={create.error} values={form.getValues()} />
        <TextInput label="Name" key={form.key('name')} {...form.getInputProps('name')} />
        <TextInput
          label="Product key"
          description="Part of every topic of its devices. Leave it empty to get one."
          key={form.key('productKey')}
          {...form.getInputProps('productKey')}
        />
        <Textarea
          label="Description"
          autosize
          minRows={2}
          key={form.key('description')}
          {...form.getInputProps('description')}
        />
        <Checkbox
          label="Dynamic activation"
          description="A device may fetch its own secret once, with the product secret."
          key={form.key('dynamicActivation')}
          {...form.getInputProps('dynamicActivation', { type: 'checkbox' })}
        />
        <Checkbox
          label="TLS only"
          description="Refuse plain connections of its devices."
          key={form.key('tlsRequired')}
          {...form.getInputProps('tlsRequired', { type: 'checkbox' })}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            Create product
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
