import { Button, Group, Stack, TextInput } from '@mantine/core'
import { schemaResolver, useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'

import { DeviceUpdate, type Device } from '#contract/manage/devices.ts'
import { FormProblem } from '#src/components/FormProblem.tsx'
import { PairsField } from '#src/components/PairsField.tsx'
import { showRefused, toFirstError } from '#src/lib/first-error.ts'
import { updateDevice } from './queries.ts'

interface Props {
  org: string
  device: Device
  /** Begins anew with the device as it is now. */
  reload: () => void
  close: () => void
}

const check = schemaResolver(DeviceUpdate, { sync: true })

/** A complaint about one tag stands beside the field of all of them. */
const placed = (errors: object): Record<string, string> =>
  Object.fromEntries(Object.entries(errors).map(([path, message]) => [path.split('.')[0] ?? path, String(message)]))

export function DeviceEditForm({ org, device, reload, close }: Props) {
  // the version that was read when writing began: a newer one in the background is somebody else's work
  const [version] = useState(device.version)
  const form = useForm({
    initialValues: { name: device.name, tags: device.tags, attributes: device.attributes },
    validate: (values) => placed(check({ ...values, version })),
  })
  const update = useMutation({
    ...updateDevice(org, device.id),
    onSuccess: () => {
      notifications.show({ message: `${device.deviceKey} is saved` })
      close()
    },
    onError: ({ problem }) => showRefused(form, placed(problem.fields ?? {})),
  })
  return (
    <form noValidate onSubmit={form.onSubmit((values) => update.mutate({ ...values, version }), toFirstError)}>
      <Stack>
        <FormProblem error={update.error} values={form.values} />
        {update.error?.problem.code === 'stale' && (
          <Button variant="default" size="xs" onClick={reload}>
            Show the newer version and give up my changes
          </Button>
        )}
        <TextInput label="Name" data-autofocus {...form.getInputProps('name')} />
        {(['tags', 'attributes'] as const).map((part) => (
          <PairsField
            key={part}
            label={part === 'tags' ? 'Tags' : 'Attributes'}
            value={form.values[part]}
            change={(next) => form.setFieldValue(part, next)}
            error={form.errors[part]}
          />
        ))}
        <Group justify="flex-end">
          <Button type="submit" loading={update.isPending}>
            Save device
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
