import { Group, Stack, Switch } from '@mantine/core'

import { HaltRule, type Retry } from '#contract/manage/policies.ts'
import { duration } from '#src/lib/time.ts'
import { KindsField } from './KindsField.tsx'
import { NumberField, OptionalNumberField } from './NumberField.tsx'
import { fieldsOfPart, type PartProps } from './told.tsx'

/** When too many fail. */
export function HaltFields({ value, change, told }: PartProps<HaltRule | null>) {
  return (
    <Stack gap="sm">
      <Switch
        label="Halt when too many fail"
        description="No further device is told until a person has looked and resumes the job."
        checked={value !== null}
        onChange={({ currentTarget }) => change(currentTarget.checked ? HaltRule.parse({}) : null)}
      />
      {value && <HaltParts value={value} change={change} told={told} />}
    </Stack>
  )
}

function HaltParts(part: PartProps<HaltRule>) {
  const field = fieldsOfPart(part, 'halt')
  return (
    <Stack gap="sm" pl={{ base: 0, xs: 'xl' }}>
      <Group align="start">
        <OptionalNumberField
          label="Failure rate over"
          min={1}
          max={100}
          suffix=" %"
          none="no rate"
          width={150}
          {...field('failurePercent')}
        />
        <NumberField label="of at least, results" min={1} max={100_000} width={150} {...field('sample')} />
        <OptionalNumberField
          label="Or failures in all"
          min={1}
          max={1_000_000}
          none="any number"
          width={150}
          {...field('failureCount')}
        />
      </Group>
      <KindsField label="Failures that count" {...field('kinds')} />
    </Stack>
  )
}

/** Whether what failed goes round again by itself. */
export function RetryFields(part: PartProps<Retry>) {
  const field = fieldsOfPart(part, 'retry')
  const { attempts, intervalSeconds } = part.value
  return (
    <Stack gap="sm">
      <Group align="start">
        <NumberField label="Retries" hint="Of one device, by itself" min={0} max={10} {...field('attempts')} />
        {attempts > 0 && (
          <NumberField
            label="Seconds between retries"
            hint={Number.isFinite(intervalSeconds) ? duration(intervalSeconds) : 'At least a minute'}
            min={60}
            max={172_800}
            step={60}
            {...field('intervalSeconds')}
          />
        )}
      </Group>
      {attempts > 0 && <KindsField label="Failures that are retried" {...field('kinds')} />}
    </Stack>
  )
}
