import { Radio, Stack } from '@mantine/core'

import { counted } from '#src/lib/bytes.ts'
import type { JobFormApi } from './use-job-form.ts'

/** Whose devices they are, where another unfinished job wants some of them too. Nobody is asked where none does. */
export function TakeOver({ overlapping, form }: { overlapping: number; form: JobFormApi }) {
  const { supersede } = form.values
  if (overlapping === 0 && !supersede) return null
  return (
    <Radio.Group
      label={`${counted(overlapping, 'device')} of these ${overlapping === 1 ? 'is' : 'are'} also wanted by another unfinished job`}
      value={supersede ? 'supersede' : 'queue'}
      onChange={(next) => form.setFieldValue('supersede', next === 'supersede')}
    >
      <Stack gap={6} mt={6}>
        <Radio value="queue" label="The oldest job goes first; this one follows" />
        <Radio
          value="supersede"
          label="Take the devices over"
          description="When this job starts, those that older jobs still wait to push are skipped there; until then nothing changes."
        />
      </Stack>
    </Radio.Group>
  )
}
