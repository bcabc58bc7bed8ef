import { Group, TagsInput, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import { ConnectionBadge } from '#src/components/ConnectionBadge.tsx'
import { deviceListQuery } from '#src/features/devices/queries.ts'
import type { JobFormApi } from './use-job-form.ts'

interface Props {
  org: string
  productKey: string
  maxDevices: number
  form: JobFormApi
}

/** Chooses a few devices by key: suggests those of the product, and takes what is typed or pasted. */
export function DevicePicker({ org, productKey, maxDevices, form }: Props) {
  const [typed, setTyped] = useState('')
  const [q] = useDebouncedValue(typed.trim(), 200)
  const found = useQuery(deviceListQuery(org, { product: productKey, limit: 20, ...(q && { q }) })).data?.items ?? []
  const byKey = new Map(found.map((device) => [device.deviceKey, device]))
  return (
    <TagsInput
      label="Devices"
      description={`At most ${maxDevices}, best online and at hand: you judge them after the upgrade.`}
      placeholder="Enter device key"
      data={found.map(({ deviceKey }) => deviceKey)}
      // the server has searched by prefix already
      filter={({ options }) => options}
      searchValue={typed}
      onSearchChange={setTyped}
      splitChars={[',', ' ', ';', '\n']}
      acceptValueOnBlur
      clearable
      clearButtonProps={{ 'aria-label': 'Choose no device' }}
      renderOption={({ option }) => {
        const device = byKey.get(option.value)
        return (
          <Group justify="space-between" flex={1} wrap="nowrap">
            <Text size="sm">{option.value}</Text>
            {device && (
              <Group gap="md" wrap="nowrap">
                <Text size="sm" c="dimmed">
                  {device.currentVersion ?? 'no version'}
                </Text>
                <Text size="sm" component="span">
                  <ConnectionBadge connection={device.connection} />
                </Text>
              </Group>
            )}
          </Group>
        )
      }}
      {...form.getInputProps('scope.deviceKeys')}
    />
  )
}
