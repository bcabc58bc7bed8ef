import { Group, Stack, Switch } from '@mantine/core'

import { HaltRule, type Retry } from '#contract/manage/policies.ts'
import { duration } from '#src/lib/time.ts'
import { KindsField } from './KindsField.tsx'
import { NumberField, OptionalNumberField } from './NumberField.tsx'
import type { PartProps } from './told.tsx'

/** When too many fail. */
export function HaltFields({ value, change, told }: PartProps<HaltRule | null>) {
  const set = (part: Partial<HaltRule>) => value && change({ ...value, ...part })
  return (
    <Stack gap="sm">
      <Switch
        label="Halt when too many fail"
        description="No further device is told until a person has looked and resumes the job."
        checked={value !== null}
        onChange={({ currentTarget }) => change(currentTarget.checked ? HaltRule.parse({}) : null)}
      />
      {value && (
        <Stack gap="sm" pl={{ base: 0, xs: 'xl' }}>
          <Group align="start">
            <OptionalNumberField
              label="Failure rate over"
              path="halt.failurePercent"
              told={told}
              min={1}
              max={100}
              suffix=" %"
              none="no rate"
              width={150}
              value={value.failurePercent}
              change={(failurePercent) => set({ failurePercent })}
            />
            <NumberField
              label="of at least, results"
              path="halt.sample"
              told={told}
              min={1}
              max={100_000}
              width={150}
              value={value.sample}
              change={(sample) => set({ sample })}
            />
            <OptionalNumberField
              label="Or failures in all"
              path="halt.failureCount"
              told={told}
              min={1}
              max={1_000_000}
              none="any number"
              width={150}
              value={value.failureCount}
              change={(failureCount) => set({ failureCount })}
            />
          </Group>
          <KindsField
            label="Failures that count"
            path="halt.kinds"
            told={told}
            value={value.kinds}
            change={(kinds) => set({ kinds })}
          />
        </Stack>
      )}
    </Stack>
  )
}

/** Whether what failed goes round again by itself. */
export function RetryFields({ value, change, told }: PartProps<Retry>) {
  const set = (part: Partial<Retry>) => change({ ...value, ...part })
  const { intervalSeconds } = value
  return (
    <Stack gap="sm">
      <Group align="start">
        <NumberField
          label="Retries"
          path="retry.attempts"
          told={told}
          hint="Of one device, by itself"
          min={0}
          max={10}
          value={value.attempts}
          change={(attempts) => set({ attempts })}
        />
        {value.attempts > 0 && (
          <NumberField
            label="Seconds between retries"
            path="retry.intervalSeconds"
            told={told}
            hint={Number.isFinite(intervalSeconds) ? duration(intervalSeconds) : 'At least a minute'}
            min={60}
            max={172_800}
            step={60}
            value={intervalSeconds}
            change={(next) => set({ intervalSeconds: next })}
          />
        )}
      </Group>
      {value.attempts > 0 && (
        <KindsField
          label="Failures that are retried"
          path="retry.kinds"
          told={told}
          value={value.kinds}
          change={(kinds) => set({ kinds })}
        />
      )}
    </Stack>
  )
}
