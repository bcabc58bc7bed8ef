import { Button, Checkbox, Group, Input, Paper, SegmentedControl, Stack, Switch, Text } from '@mantine/core'

import { WaveGate, type Wave } from '#contract/manage/policies.ts'
import { NumberField, OptionalNumberField } from './NumberField.tsx'
import { fieldsOfPart, type PartProps } from './told.tsx'

/** Everybody who is left, without a gate behind it. */
const REST: Wave = { upToDevices: null, upToPercent: 100, gate: WaveGate.parse({}) }
const USUAL_GATE = WaveGate.parse({ successPercent: 95 })
const MOST_WAVES = 20

const first = (): Wave => ({ upToDevices: null, upToPercent: 5, gate: USUAL_GATE })
/** One that reaches further than the last before the rest. */
function further(waves: readonly Wave[]): Wave {
  const percent = waves.at(-2)?.upToPercent ?? 5
  return { upToDevices: null, upToPercent: Math.min(99, percent * 2), gate: USUAL_GATE }
}

/** Who goes first, and what must hold before the others follow. */
export function WaveFields({ value, change, told }: PartProps<Wave[]>) {
  const early = value.slice(0, -1)
  const replace = (index: number, wave: Wave) => change(value.with(index, wave))
  const remove = (index: number) => change(value.length <= 2 ? [] : value.toSpliced(index, 1))
  return (
    <Stack gap="sm">
      <Switch
        label="In waves"
        description="A few devices first; the others follow when these have done well."
        checked={value.length > 1}
        onChange={({ currentTarget }) => change(currentTarget.checked ? [first(), REST] : [])}
      />
      {early.map((wave, index) => (
        <WaveRow
          // the place is what a wave is known by
          key={index}
          number={index + 1}
          value={wave}
          change={(next) => replace(index, next)}
          remove={() => remove(index)}
          told={told}
        />
      ))}
      {early.length > 0 && (
        <Group justify="space-between">
          <Text size="sm">Wave {value.length}: all others</Text>
          {value.length < MOST_WAVES && (
            <Button
              variant="default"
              size="xs"
              onClick={() => change(value.toSpliced(value.length - 1, 0, further(value)))}
            >
              Add a wave
            </Button>
          )}
        </Group>
      )}
      {told.errors['waves'] && <Input.Error role="alert">{told.errors['waves']}</Input.Error>}
    </Stack>
  )
}

interface RowProps extends PartProps<Wave> {
  number: number
  remove: () => void
}

function WaveRow({ number, value, change, remove, told }: RowProps) {
  const path = `waves.${number - 1}`
  const isShare = value.upToDevices === null
  const reach = isShare ? value.upToPercent : value.upToDevices
  const measure = (share: boolean, next: number) =>
    change({ ...value, upToDevices: share ? null : next, upToPercent: share ? next : null })
  return (
    <Paper withBorder p="sm" component="fieldset" m={0} miw={0}>
      <Text component="legend" size="sm" fw={600}>
        Wave {number}
      </Text>
      <Stack gap="sm">
        <Group align="end" justify="space-between">
          <Group align="end">
            <NumberField
              label="Reaches up to"
              path={isShare ? `${path}.upToPercent` : `${path}.upToDevices`}
              told={told}
              min={1}
              max={isShare ? 99 : 1_000_000}
              suffix={isShare ? ' %' : ''}
              width={130}
              value={reach ?? Number.NaN}
              change={(next) => measure(isShare, next)}
            />
            <SegmentedControl
              aria-label={`Measure of wave ${number}`}
              value={isShare ? 'share' : 'devices'}
              onChange={(next) => measure(next === 'share', next === 'share' ? 5 : 10)}
              data={[
                { value: 'share', label: 'of all devices' },
                { value: 'devices', label: 'devices' },
              ]}
            />
          </Group>
          <Button variant="default" size="xs" onClick={remove} aria-label={`Remove wave ${number}`}>
            Remove
          </Button>
        </Group>
        <GateFields
          path={`${path}.gate`}
          value={value.gate}
          change={(gate) => change({ ...value, gate })}
          told={told}
        />
      </Stack>
    </Paper>
  )
}

function GateFields({ path, ...part }: PartProps<WaveGate> & { path: string }) {
  const { value, change } = part
  const field = fieldsOfPart(part, path)
  return (
    <>
      <Group align="start" role="group" aria-label="Before the next wave">
        <NumberField label="Ended" min={1} max={100} suffix=" %" width={100} {...field('finalPercent')} />
        <OptionalNumberField
          label="Succeeded"
          min={1}
          max={100}
          suffix=" %"
          none="any"
          width={100}
          {...field('successPercent')}
        />
        <NumberField label="Results at least" min={1} max={100_000} width={125} {...field('sample')} />
        <NumberField label="Observe, minutes" min={0} max={43_200} width={130} {...field('soakMinutes')} />
      </Group>
      <Checkbox
        label="A person opens the next wave"
        checked={value.person}
        onChange={({ currentTarget }) => change({ ...value, person: currentTarget.checked })}
      />
    </>
  )
}
