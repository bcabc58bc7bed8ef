import { Checkbox, Group, NumberInput, Select, Textarea, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useQuery } from '@tanstack/react-query'

import { choiceState } from '#src/components/choice-state.ts'
import { Fieldset } from '#src/components/Fieldset.tsx'
import { productChoiceQuery } from '#src/features/products/queries.ts'

export interface FirmwareValues {
  productKey: string
  name: string
  version: string
  signMethod: 'sha256' | 'md5'
  description: string
  releaseNotes: string
  verification: { required: boolean; maxDevices: number; minSuccess: number }
}

interface Props {
  org: string
  form: UseFormReturnType<FirmwareValues>
  isDisabled: boolean
}

const METHODS = [
  { value: 'sha256', label: 'SHA-256' },
  { value: 'md5', label: 'MD5, for devices that know nothing else' },
]

export function FirmwareFields({ org, form, isDisabled }: Props) {
  const query = useQuery(productChoiceQuery(org))
  const products = query.data?.items ?? []
  // where there is none at all the page says so, and an empty list would only cover that
  const unknown = choiceState(query, 'the products', products.length === 0 ? '' : 'No product of this name')
  const field = form.getInputProps
  return (
    <Fieldset disabled={isDisabled}>
      <Select
        label="Product"
        placeholder="Choose a product"
        data={products.map(({ productKey, name }) => ({ value: productKey, label: `${name} (${productKey})` }))}
        searchable
        // choosing what is chosen already, such as the only one, is no way to choose nothing
        allowDeselect={false}
        {...unknown}
        {...field('productKey')}
        error={form.errors['productKey'] ?? unknown.error}
      />
      <Group grow align="start" preventGrowOverflow={false}>
        <TextInput label="Name" miw={180} {...field('name')} />
        <TextInput
          label="Version"
          miw={180}
          description="Exactly as the device will report it."
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          {...field('version')}
        />
      </Group>
      <Textarea label="Description" autosize minRows={2} maxRows={6} {...field('description')} />
      <Textarea label="Release notes" autosize minRows={3} maxRows={12} {...field('releaseNotes')} />
      <Select label="Digest that devices check" data={METHODS} {...field('signMethod')} />
      <Checkbox
        label="Verification required"
        description="Upgrade jobs wait until the firmware has been verified on a few devices."
        {...field('verification.required', { type: 'checkbox' })}
      />
      {form.values.verification.required && (
        <Group align="start">
          <NumberInput label="Devices at most" min={1} w={160} {...field('verification.maxDevices')} />
          <NumberInput label="Successes needed" min={1} w={160} {...field('verification.minSuccess')} />
        </Group>
      )}
    </Fieldset>
  )
}
