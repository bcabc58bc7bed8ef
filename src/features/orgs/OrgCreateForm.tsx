import { Button, Group, Select, Stack, TextInput } from '@mantine/core'
import { schemaResolver, useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation } from '@tanstack/react-query'
import { useNavigate } from 'react-router-dom'

import { OrgCreate } from '#contract/manage/orgs.ts'
import { FormProblem } from '#src/components/FormProblem.tsx'
import { DEFAULT_ZONE } from '#src/components/Time.tsx'
import { showRefused, toFirstError } from '#src/lib/first-error.ts'
import { paths } from '#src/lib/paths.ts'
import { createOrg } from './queries.ts'

/** "Housing & Development" -> "housing-development". */
const slugOf = (name: string) =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 39)

export function OrgCreateForm() {
  const navigate = useNavigate()
  const form = useForm({
    initialValues: { name: '', slug: '', zone: DEFAULT_ZONE },
    validate: schemaResolver(OrgCreate, { sync: true }),
  })
  const create = useMutation({
    ...createOrg,
    onSuccess: ({ name, slug }) => {
      notifications.show({ message: `${name} is ready` })
      void navigate(paths.overview(slug))
    },
    onError: ({ problem }) => showRefused(form, problem.fields),
  })
  const nameIt = (name: string) => {
    // the short name follows the name until it is typed by hand
    if (form.values.slug === slugOf(form.values.name)) form.setFieldValue('slug', slugOf(name))
    form.setFieldValue('name', name)
  }
  return (
    <form noValidate onSubmit={form.onSubmit((values) => create.mutate(values), toFirstError)}>
      <Stack>
        <FormProblem error={create.error} values={form.getValues()} />
        <TextInput
          label="Name"
          data-autofocus
          {...form.getInputProps('name')}
          onChange={({ currentTarget }) => nameIt(currentTarget.value)}
        />
        <TextInput
          label="Short name"
          description="Part of every address of this organisation; it cannot be changed later."
          {...form.getInputProps('slug')}
        />
        <Select
          label="Time zone"
          description="Times are shown in it."
          searchable
          limit={50}
          data={Intl.supportedValuesOf('timeZone')}
          {...form.getInputProps('zone')}
        />
        <Group justify="flex-end">
          <Button type="submit" loading={create.isPending}>
            Create organisation
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
