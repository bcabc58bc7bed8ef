import { Group, NumberInput, Radio, Stack } from '@mantine/core'

import { duration } from '#src/lib/time.ts'
import type { JobFormApi } from './use-job-form.ts'

export function PolicyFields({ form }: { form: JobFormApi }) {
  const { timeoutSeconds } = form.values.policy
  const field = form.getInputProps
  return (
    <Stack>
      <Group align="start">
        <NumberInput
          label="Devices at once"
          description="Under way at the same time"
          min={1}
          max={10_000}
          clampBehavior="none"
          w={200}
          {...field('policy.concurrency')}
        />
        <NumberInput
          label="Upgrade timeout, seconds"
          description={
            Number.isFinite(timeoutSeconds) ? `For one device: ${duration(timeoutSeconds)}` : 'For one device'
          }
          min={300}
          max={172_800}
          step={300}
          clampBehavior="none"
          w={200}
          {...field('policy.timeoutSeconds')}
        />
      </Group>
      <Radio.Group label="A device is done when" {...field('policy.proof')}>
        <Stack gap={6} mt={6}>
          <Radio value="reported" label="it reports the new version" />
          <Radio value="restarted" label="it has restarted and reports the new version" />
        </Stack>
      </Radio.Group>
    </Stack>
  )
}
