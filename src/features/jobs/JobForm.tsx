import { Grid, Group, Stack, Switch, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { notifications } from '@mantine/notifications'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from 'react-router-dom'

import type { Firmware } from '#contract/manage/firmware.ts'
import { Scope, type JobType, type Preview } from '#contract/manage/jobs.ts'
import { Policy } from '#contract/manage/policies.ts'
import { canTarget, canVerifyWith, mayUpgradeWith } from '#domain/can.ts'
import { ActionButton } from '#src/components/ActionButton.tsx'
import { DONE, LeaveGuard } from '#src/components/LeaveGuard.tsx'
import { FormProblem } from '#src/components/FormProblem.tsx'
import { Section } from '#src/components/Section.tsx'
import { paths } from '#src/lib/paths.ts'
import { whyNot } from '#src/lib/why.ts'
import { PolicyChoice } from './PolicyChoice.tsx'
import { createJob, previewQuery } from './queries.ts'
import { ScopeFields } from './ScopeFields.tsx'
import { ScopePreview } from './ScopePreview.tsx'
import styles from './JobForm.module.css'
import { besideTheirFields, orderOf, useJobForm, type JobValues } from './use-job-form.ts'
import { startedWords } from './words.ts'

/** How long typing rests before the preview is asked, ms. */
const DEBOUNCE_MS = 300

interface Props {
  org: string
  type: JobType
  firmware: Firmware
}

export function JobForm({ org, type, firmware }: Props) {
  const navigate = useNavigate()
  const form = useJobForm(type, firmware)
  const create = useMutation({
    ...createJob(org),
    onSuccess: (job) => {
      notifications.show({ message: startedWords(job) })
      void navigate(paths.job(org, job.id), DONE)
    },
    onError: ({ problem }) => form.setErrors(besideTheirFields(problem.fields ?? {})),
  })
  const save = (start: boolean) => (values: JobValues) =>
    create.mutate({ type, firmwareId: firmware.id, ...orderOf(values), start })

  const [{ scope, policy }] = useDebouncedValue(form.values, DEBOUNCE_MS)
  // counting goes on while a number of the policy is being typed
  const asked = Policy.safeParse(policy).data
  const isAskable = Scope.safeParse(scope).success && (type === 'upgrade' || scope.deviceKeys.length > 0)
  const preview = useQuery({
    ...previewQuery(org, { type, firmwareId: firmware.id, scope, ...(asked && { policy: asked }) }),
    enabled: isAskable,
  })
  const shown = isAskable ? preview.data : undefined

  const notSaved = whySave(type, firmware, form.values, shown)
  const notStarted =
    notSaved ?? (type === 'upgrade' ? whyNot(mayUpgradeWith({ deleted: false, ...firmware })) : undefined)
  return (
    <>
      <LeaveGuard when={form.isDirty()}>The job that you are writing is not saved.</LeaveGuard>
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Stack gap="lg">
          <FormProblem error={create.error} values={form.getValues()} />
          <Section title="Job">
            <TextInput label="Job Name" {...form.getInputProps('name')} />
          </Section>
          <Section title="Which devices">
            <Stack>
              <ScopeFields org={org} type={type} firmware={firmware} form={form} />
              <Switch
                label="Take devices over from older jobs"
                description="Devices that older unfinished jobs still wait to push are skipped there."
                {...form.getInputProps('supersede', { type: 'checkbox' })}
              />
            </Stack>
          </Section>
          <Section title="How">
            <PolicyChoice org={org} form={form} warnings={shown?.warnings ?? []} />
          </Section>
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Stack gap="lg" className={styles['beside'] ?? ''}>
          <ScopePreview type={type} firmware={firmware} values={form.values} preview={shown} query={preview} />
          <Group justify="flex-end" gap="xs">
            <ActionButton
              variant="default"
              whyNot={notSaved}
              loading={create.isPending && create.variables.start === false}
              onClick={() => form.onSubmit(save(false))()}
            >
              Save
            </ActionButton>
            <ActionButton
              whyNot={notStarted}
              loading={create.isPending && create.variables.start === true}
              onClick={() => form.onSubmit(save(true))()}
            >
              Save and start
            </ActionButton>
          </Group>
        </Stack>
      </Grid.Col>
    </>
  )
}

/** In the words of the server, which asks the same. */
function whySave(
  type: JobType,
  firmware: Firmware,
  { scope, policy }: JobValues,
  preview: Preview | undefined,
): string | undefined {
  const verification =
    type === 'verify' ? canVerifyWith(scope.deviceKeys.length, firmware.verification.maxDevices) : true
  const target = preview ? canTarget(preview.matched, policy.list) : 'The devices are still being counted.'
  return whyNot(verification, target)
}
