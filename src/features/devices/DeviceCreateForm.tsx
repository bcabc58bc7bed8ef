import { Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { schemaResolver, useForm } from '@mantine/form'
import { useMutation, useQuery } from '@tanstack/react-query'

import { DeviceCreate } from '#contract/manage/devices.ts'
import { choiceState } from '#src/components/choice-state.ts'
import { FormProblem } from '#src/components/FormProblem.tsx'
import { NoProduct } from '#src/components/NoProduct.tsx'
import { SecretOnce } from '#src/components/SecretOnce.tsx'
import { productChoiceQuery } from '#src/features/products/queries.ts'
import { showRefused, toFirstError } from '#src/lib/first-error.ts'
import { createDevice } from './queries.ts'

interface Props {
  org: string
  product: string | undefined
  close: () => void
}

export function DeviceCreateForm({ org, product = '', close }: Props) {
  const query = useQuery(productChoiceQuery(org))
  const products = query.data?.items ?? []
  const unknown = choiceState(query, 'the products', '')
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { productKey: product, deviceKey: '', name: '' },
    validate: schemaResolver(DeviceCreate, { sync: true }),
  })
  const create = useMutation({ ...createDevice(org), onError: ({ problem }) => showRefused(form, problem.fields) })
  if (create.data) {
    const { deviceKey, deviceSecret } = create.data
    const said = `Device ${deviceKey} is registered.`
    return <SecretOnce said={said} name="Device secret" secret={deviceSecret} close={close} />
  }
  return (
    <form noValidate onSubmit={form.onSubmit((values) => create.mutate(values), toFirstError)}>
      <Stack>
        <NoProduct org={org} of="A device" products={query.data?.items} />
        <FormProblem error={create.error} values={form.getValues()} />
        <Select
          label="Product"
          placeholder="Choose a product"
          data-autofocus
          data={products.map(({ productKey, name }) => ({ value: productKey, label: name }))}
          {...unknown}
          key={form.key('productKey')}
          {...form.getInputProps('productKey')}
          error={form.errors['productKey'] ?? unknown.error}
        />
        <TextInput
          label="Device Key"
          description="As the device gives it when it connects."
          key={form.key('deviceKey')}
          {...form.getInputProps('deviceKey')}
        />
        <TextInput label="Name" description="Optional." key={form.key('name')} {...form.getInputProps('name')} />
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            Create device
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
