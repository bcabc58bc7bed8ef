import { Checkbox, Divider, Group, Radio, Select, Stack, TextInput } from '@mantine/core'

import type { Policy } from '#contract/manage/policies.ts'
import { duration, fromLocalInput, localInput } from '#src/lib/time.ts'
import { useClock } from '../Time.tsx'
import { NumberField, OptionalNumberField } from './NumberField.tsx'
import { HaltFields, RetryFields } from './RuleFields.tsx'
import { fieldsOf, type Told } from './told.tsx'
import { WaveFields } from './WaveFields.tsx'
import { WindowFields } from './WindowFields.tsx'

interface Props {
  value: Policy
  /** Only what changed, so that complaints about the rest stay. */
  change: (part: Partial<Policy>) => void
  told: Told
  /** A few chosen devices are tried at once: windows and waves are left out. */
  isForFew?: boolean
}

/** Everything that a policy says, as fields. The page around it says what that means. */
export function PolicyFields(props: Props) {
  const { value, change, told, isForFew = false } = props
  const { zone } = useClock()
  return (
    <Stack>
      <MethodFields {...props} />
      <Divider />
      <StartField {...props} />
      {!isForFew && (
        <WindowFields value={value.window} change={(window) => change({ window })} told={told} zone={zone} />
      )}
      <Divider />
      <SpeedFields {...props} />
      {!isForFew && <WaveFields value={value.waves} change={(waves) => change({ waves })} told={told} />}
      <Divider />
      <HaltFields value={value.halt} change={(halt) => change({ halt })} told={told} />
      <RetryFields value={value.retry} change={(retry) => change({ retry })} told={told} />
      <Divider />
      <Radio.Group
        label="A device is done when"
        value={value.proof}
        onChange={(proof) => change({ proof: proof === 'restarted' ? 'restarted' : 'reported' })}
      >
        <Stack gap={6} mt={6}>
          <Radio value="reported" label="it reports the new version" />
          <Radio value="restarted" label="it has restarted and reports the new version" />
        </Stack>
      </Radio.Group>
      <Checkbox
        label="A second person approves the start"
        checked={value.approval}
        onChange={({ currentTarget }) => change({ approval: currentTarget.checked })}
      />
    </Stack>
  )
}

const METHODS: readonly { value: Policy['method']; label: string }[] = [
  { value: 'push', label: 'Pushed to the device' },
  { value: 'request', label: 'Given when the device asks' },
  { value: 'both', label: 'Both' },
]
const LISTS: readonly { value: Policy['list']; label: string }[] = [
  { value: 'snapshot', label: 'Those that match when it is created' },
  { value: 'incremental', label: 'Also those that match later' },
]

function MethodFields({ value, change, told: { errors } }: Props) {
  return (
    <Group align="start">
      <Select
        label="How devices learn of it"
        data={METHODS}
        w={{ base: '100%', xs: 220 }}
        value={value.method}
        error={errors['method']}
        onChange={(method) => method && change({ method })}
      />
      <Select
        label="Devices of the job"
        data={LISTS}
        w={{ base: '100%', xs: 310 }}
        value={value.list}
        error={errors['list']}
        onChange={(list) => list && change({ list })}
      />
    </Group>
  )
}

function StartField({ value, change, told: { errors } }: Props) {
  const { zone } = useClock()
  return (
    <TextInput
      type="datetime-local"
      label="Not before"
      description={`${zone} time. Empty means at once when the job is started.`}
      w={{ base: '100%', xs: 290 }}
      value={value.startAt === null ? '' : localInput(value.startAt, zone)}
      error={errors['startAt']}
      onChange={({ currentTarget }) => change({ startAt: fromLocalInput(currentTarget.value, zone) ?? null })}
    />
  )
}

function SpeedFields(props: Props) {
  const field = fieldsOf(props)
  const { timeoutSeconds } = props.value
  return (
    <Group align="start">
      <NumberField
        label="Devices at once"
        hint="Under way together"
        min={1}
        max={10_000}
        width={150}
        {...field('concurrency')}
      />
      <OptionalNumberField
        label="Devices a minute"
        hint="Told within one minute"
        min={1}
        max={100_000}
        none="no limit"
        width={150}
        {...field('pacePerMinute')}
      />
      <NumberField
        label="Upgrade timeout, seconds"
        hint={Number.isFinite(timeoutSeconds) ? `For one device: ${duration(timeoutSeconds)}` : 'For one device'}
        min={300}
        max={172_800}
        step={300}
        width={220}
        {...field('timeoutSeconds')}
      />
    </Group>
  )
}
