import { Group, TextInput } from '@mantine/core'

import { NumberField } from '#src/components/policy/NumberField.tsx'
import type { JobFormApi } from './use-job-form.ts'

/** A part of what matches, drawn so that the same word draws the same devices again. */
export function ShareFields({ form }: { form: JobFormApi }) {
  const { percent } = form.values.scope
  const error = form.errors['scope.percent']
  return (
    <Group align="start">
      <NumberField
        label="Share of these devices"
        path="percent"
        told={{ errors: typeof error === 'string' ? { percent: error } : {}, warnings: {} }}
        min={1}
        max={100}
        suffix=" %"
        width={210}
        value={percent}
        change={(next) => form.setFieldValue('scope.percent', next)}
      />
      {percent < 100 && (
        <TextInput
          label="Drawn by the word"
          description="The same word draws the same devices again."
          w={{ base: '100%', xs: 260 }}
          {...form.getInputProps('scope.seed')}
        />
      )}
    </Group>
  )
}
