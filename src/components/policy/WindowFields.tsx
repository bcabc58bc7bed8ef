import { Checkbox, Group, Select, SimpleGrid, Stack, Switch, TagsInput, TextInput } from '@mantine/core'
import { useMemo } from 'react'

import type { Window } from '#contract/manage/policies.ts'
import type { PartProps } from './told.tsx'

const DAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] as const
/** Night, when nobody needs the device: a beginning that is rarely wrong. */
const NIGHTS = { from: '22:00', to: '05:00', weekdays: [1, 2, 3, 4, 5, 6, 7], blackoutDates: [] }

interface Props extends PartProps<Window | null> {
  /** The zone of the organisation. */
  zone: string
}

/** When devices may be told; all day without a window. */
export function WindowFields({ value, change, told, zone }: Props) {
  return (
    <Stack gap="sm">
      <Switch
        label="Only within a daily window"
        description="Outside it nobody is told; what is under way goes on."
        checked={value !== null}
        onChange={({ currentTarget }) => change(currentTarget.checked ? { ...NIGHTS, zone } : null)}
      />
      {value && <Fields value={value} change={change} told={told} />}
    </Stack>
  )
}

function Fields({ value, change, told: { errors } }: PartProps<Window>) {
  const set = (part: Partial<Window>) => change({ ...value, ...part })
  return (
    <Stack gap="sm" pl={{ base: 0, xs: 'xl' }}>
      <Group align="start">
        <TextInput
          type="time"
          label="Opens at"
          w={130}
          value={value.from}
          error={errors['window.from']}
          onChange={({ currentTarget }) => set({ from: currentTarget.value })}
        />
        <TextInput
          type="time"
          label="Closes at"
          w={130}
          value={value.to}
          error={errors['window.to']}
          onChange={({ currentTarget }) => set({ to: currentTarget.value })}
        />
        <ZoneField value={value.zone} error={errors['window.zone']} change={(zone) => set({ zone })} />
      </Group>
      <Checkbox.Group
        label="Opens on"
        description="A window that crosses midnight belongs to the day on which it opens."
        value={value.weekdays.map(String)}
        error={errors['window.weekdays']}
        onChange={(days) => set({ weekdays: days.map(Number).toSorted((a, b) => a - b) })}
      >
        <SimpleGrid cols={{ base: 2, xs: 4 }} spacing="xs" verticalSpacing={8} mt={6}>
          {DAYS.map((day, index) => (
            <Checkbox key={day} value={String(index + 1)} label={day} />
          ))}
        </SimpleGrid>
      </Checkbox.Group>
      <TagsInput
        label="Not on these dates"
        description="Whole days that stay closed, such as 2026-12-25."
        placeholder={value.blackoutDates.length === 0 ? 'YYYY-MM-DD' : ''}
        splitChars={[',', ' ', ';', '\n']}
        acceptValueOnBlur
        clearable
        clearButtonProps={{ 'aria-label': 'No closed dates' }}
        value={value.blackoutDates}
        error={errors['window.blackoutDates']}
        onChange={(blackoutDates) => set({ blackoutDates: blackoutDates.toSorted() })}
      />
    </Stack>
  )
}

interface ZoneProps {
  value: string
  error: string | undefined
  change: (zone: string) => void
}

function ZoneField({ value, error, change }: ZoneProps) {
  // some engines leave UTC out of what they support
  const zones = useMemo(() => [...new Set([value, 'UTC', ...Intl.supportedValuesOf('timeZone')])].toSorted(), [value])
  return (
    <Select
      label="Time zone"
      data={zones}
      searchable
      limit={50}
      nothingFoundMessage="No such time zone"
      w={{ base: '100%', xs: 220 }}
      value={value}
      error={error}
      onChange={(zone) => zone && change(zone)}
    />
  )
}
