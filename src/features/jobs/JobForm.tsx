import { Grid, Group, Stack, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'

import type { Firmware } from '#contract/manage/firmware.ts'
import type { JobType } from '#contract/manage/jobs.ts'
import { DraftNotice } from '#src/components/DraftNotice.tsx'
import { LeaveGuard } from '#src/components/LeaveGuard.tsx'
import { Section } from '#src/components/Section.tsx'
import type { Draft } from '#src/lib/use-draft.ts'
import styles from './JobForm.module.css'
import { PolicyChoice } from './PolicyChoice.tsx'
import { ScopeFields } from './ScopeFields.tsx'
import { ScopePreview } from './ScopePreview.tsx'
import { TakeOver } from './TakeOver.tsx'
import type { JobFormApi } from './use-job-form.ts'
import type { Previewed } from './use-preview.ts'

interface Props {
  org: string
  type: JobType
  firmware: Firmware
  form: JobFormApi
  draft: Draft
  previewed: Previewed
  /** The job is there already: its name stays, and whom else its devices serve was decided when it was made. */
  isEdit?: boolean
  /** What the server refused, as far as no field says it. */
  refused: ReactNode
  /** The ways to save it. */
  actions: ReactNode
}

/** A job as fields, and beside them what it would do as one types. */
export function JobForm({ org, type, firmware, form, draft, previewed, isEdit = false, refused, actions }: Props) {
  const { preview } = previewed
  return (
    <>
      <LeaveGuard when={form.isDirty()}>
        The job that you are writing is not saved. It is kept in this tab, and offered when you come back.
      </LeaveGuard>
      <Grid.Col span={{ base: 12, md: 7 }}>
        <Stack gap="lg">
          <DraftNotice draft={draft} />
          {refused}
          {!isEdit && (
            <Section title="Job">
              <TextInput label="Job Name" {...form.getInputProps('name')} />
            </Section>
          )}
          <Section title="Which devices">
            <Stack>
              <ScopeFields key={draft.round} org={org} type={type} firmware={firmware} form={form} />
              {!isEdit && <TakeOver overlapping={preview?.overlapping ?? 0} form={form} />}
            </Stack>
          </Section>
          <Section title="How">
            <PolicyChoice org={org} type={type} form={form} warnings={preview?.warnings ?? []} />
          </Section>
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 5 }}>
        <Stack gap="lg" className={styles['beside'] ?? ''}>
          <ScopePreview type={type} firmware={firmware} values={form.values} previewed={previewed} />
          <Group justify="flex-end" gap="xs">
            {actions}
          </Group>
        </Stack>
      </Grid.Col>
    </>
  )
}
