import { MultiSelect, Stack, Textarea } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'

import type { Firmware } from '#contract/manage/firmware.ts'
import type { JobType } from '#contract/manage/jobs.ts'
import { versionsQuery } from '#src/features/devices/queries.ts'
import { count } from '#src/lib/bytes.ts'
import { splitPasted } from '#src/lib/lists.ts'
import { DeviceListField } from './DeviceListField.tsx'
import { DevicePicker } from './DevicePicker.tsx'
import { MatchingField } from './MatchingField.tsx'
import { ShareFields } from './ShareFields.tsx'
import type { JobFormApi } from './use-job-form.ts'

interface Props {
  org: string
  type: JobType
  firmware: Firmware
  form: JobFormApi
}

/** A verification takes chosen devices; an upgrade all that match what is narrowed here. */
export function ScopeFields({ org, type, firmware, form }: Props) {
  const { productKey, version, verification } = firmware
  if (type === 'verify')
    return <DevicePicker org={org} productKey={productKey} maxDevices={verification.maxDevices} form={form} />
  return (
    <Stack>
      <VersionChoice org={org} productKey={productKey} target={version} form={form} />
      <KeysField form={form} />
      <DeviceListField org={org} productKey={productKey} form={form} />
      <Matching part="tags" label="Tags" form={form} />
      <Matching part="attributes" label="Attributes" form={form} />
      <ShareFields form={form} />
    </Stack>
  )
}

interface MatchingProps {
  part: 'tags' | 'attributes'
  label: string
  form: JobFormApi
}

function Matching({ part, label, form }: MatchingProps) {
  const error = form.errors[`scope.${part}`]
  return (
    <MatchingField
      label={label}
      value={form.values.scope[part]}
      error={typeof error === 'string' ? error : undefined}
      change={(next) => form.setFieldValue(`scope.${part}`, next)}
    />
  )
}

interface VersionProps {
  org: string
  productKey: string
  target: string
  form: JobFormApi
}

function VersionChoice({ org, productKey, target, form }: VersionProps) {
  const versions = useQuery(versionsQuery(org, productKey)).data?.items ?? []
  const options = versions.flatMap(({ version, count: n }) =>
    version === null || version === target ? [] : [{ value: version, label: `${version} (${count(n)})` }],
  )
  const chosen = form.values.scope.versions
  return (
    <MultiSelect
      label="Current firmware versions"
      description="Only devices that run one of these. Empty means any version but the target."
      placeholder={chosen.length === 0 ? 'Any version' : ''}
      data={options}
      searchable
      clearable
      clearButtonProps={{ 'aria-label': 'Any version' }}
      {...form.getInputProps('scope.versions')}
    />
  )
}

/** The text stays as it was typed; the form holds the keys in it. */
function KeysField({ form }: { form: JobFormApi }) {
  const [text, setText] = useState(() => form.values.scope.deviceKeys.join('\n'))
  const { error } = form.getInputProps('scope.deviceKeys') as { error?: string }
  return (
    <Textarea
      label="Device keys"
      description="Only these devices, typed or pasted, one per line or separated by commas. Empty means all devices of the product."
      autosize
      minRows={3}
      maxRows={12}
      spellCheck={false}
      value={text}
      error={error}
      onChange={({ currentTarget }) => {
        setText(currentTarget.value)
        form.setFieldValue('scope.deviceKeys', splitPasted(currentTarget.value))
      }}
    />
  )
}
