import { Button, Group, Stack, Textarea } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'

import { FirmwareUpdate, type Firmware } from '#contract/manage/firmware.ts'
import { FormProblem } from '#src/components/FormProblem.tsx'
import { LeaveGuard } from '#src/components/LeaveGuard.tsx'
import { tagProblem, TagsField, toPairs, toTags, type TagPairs } from '#src/components/TagsField.tsx'
import { showRefused, toFirstError } from '#src/lib/first-error.ts'
import { updateFirmware } from './queries.ts'

interface Values {
  description: string
  releaseNotes: string
  tags: TagPairs
}

const valuesOf = ({ description, releaseNotes, tags }: Firmware): Values => ({
  description,
  releaseNotes,
  tags: toPairs(tags),
})

/** What is wrong with a text, in the words of the contract. */
const textProblem = (field: 'description' | 'releaseNotes') => (value: string) =>
  FirmwareUpdate.shape[field].safeParse(value).error?.issues[0]?.message ?? null

interface Props {
  org: string
  firmware: Firmware
  /** Asks for the newest version; resolves when it is there. */
  reload: () => Promise<unknown>
  close: () => void
}

export function FirmwareEdit({ org, firmware, reload, close }: Props) {
  // the version that was read when writing began: a newer one in the background is somebody else's work
  const [revision, setRevision] = useState(firmware.revision)
  const form = useForm<Values>({
    initialValues: valuesOf(firmware),
    validate: {
      description: textProblem('description'),
      releaseNotes: textProblem('releaseNotes'),
      tags: (pairs) => pairs.map((_, n) => tagProblem(pairs, n)).find(Boolean) ?? null,
    },
  })
  const update = useMutation({
    ...updateFirmware(org, firmware.id),
    onSuccess: ({ name, version }) => {
      notifications.show({ message: `${name} ${version} is saved` })
      close()
    },
    onError: ({ problem }) => showRefused(form, problem.fields),
  })
  const isStale = update.error?.problem.code === 'stale'
  const takeTheirs = async () => {
    await reload()
    close()
  }
  /** Saves over what somebody else wrote, knowing of it: the revision that is there now is the one that is replaced. */
  const keepMine = () => {
    setRevision(firmware.revision)
    update.mutate({ ...form.values, tags: toTags(form.values.tags), revision: firmware.revision })
  }
  return (
    <form
      noValidate
      onSubmit={form.onSubmit(
        (values) => update.mutate({ ...values, tags: toTags(values.tags), revision }),
        toFirstError,
      )}
    >
      <LeaveGuard when={form.isDirty() && !update.isSuccess}>
        What you wrote about this firmware is not saved.
      </LeaveGuard>
      <Stack>
        <FormProblem error={update.error} values={form.values} />
        {isStale && (
          <Group gap="xs">
            <Button variant="default" size="xs" onClick={() => void takeTheirs()}>
              Show the newer version and give up my changes
            </Button>
            <Button variant="default" size="xs" onClick={() => void reload().then(keepMine)}>
              Keep my text and save it over the newer version
            </Button>
          </Group>
        )}
        <Textarea label="Description" autosize minRows={2} maxRows={6} {...form.getInputProps('description')} />
        <Textarea label="Release notes" autosize minRows={4} maxRows={16} {...form.getInputProps('releaseNotes')} />
        <TagsField value={form.values.tags} change={(tags) => form.setFieldValue('tags', tags)} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button type="submit" loading={update.isPending}>
            Save
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
