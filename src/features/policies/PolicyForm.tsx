import { Grid, Group, Stack, Textarea, TextInput } from '@mantine/core'
import type { ReactNode } from 'react'

import { Policy } from '#contract/manage/policies.ts'
import { lintPolicy } from '#domain/policy-lint.ts'
import { ActionButton } from '#src/components/ActionButton.tsx'
import { DraftNotice } from '#src/components/DraftNotice.tsx'
import { Fieldset } from '#src/components/Fieldset.tsx'
import { LeaveGuard } from '#src/components/LeaveGuard.tsx'
import { PolicyFields } from '#src/components/policy/PolicyFields.tsx'
import { errorsOf } from '#src/components/policy/told.tsx'
import { Section } from '#src/components/Section.tsx'
import { toFirstError } from '#src/lib/first-error.ts'
import type { Draft } from '#src/lib/use-draft.ts'
import { PolicyMeaning } from './PolicyMeaning.tsx'
import type { PolicyFormApi, PolicyValues } from './use-policy-form.ts'

interface Props {
  form: PolicyFormApi
  /** Why it cannot be saved; undefined when it can. */
  whyNot: string | undefined
  isSaving: boolean
  save: (values: PolicyValues) => void
  /** What the server refused, as far as no field says it. */
  refused: ReactNode
  draft: Draft
}

/** A policy as fields, and beside them what they mean as one types. */
export function PolicyForm({ form, whyNot, isSaving, save, refused, draft }: Props) {
  const { policy } = form.values
  const valid = Policy.safeParse(policy).data
  const warnings = valid ? lintPolicy(valid, null) : []
  const change = (part: Partial<Policy>) => {
    form.setFieldValue('policy', { ...policy, ...part })
    form.setErrors(withoutParts(form.errors, Object.keys(part)))
  }
  return (
    <form noValidate onSubmit={form.onSubmit(save, toFirstError)}>
      <LeaveGuard when={form.isDirty()}>
        The policy that you are writing is not saved. It is kept in this tab, and offered when you come back.
      </LeaveGuard>
      <Grid gap="lg">
        <Grid.Col span={{ base: 12, md: 7 }}>
          <Stack gap="lg">
            <DraftNotice draft={draft} />
            {refused}
            <Section title="Policy">
              <Fieldset disabled={whyNot !== undefined}>
                <TextInput label="Name" {...form.getInputProps('name')} />
                <Textarea label="Description" autosize minRows={2} maxRows={6} {...form.getInputProps('description')} />
              </Fieldset>
            </Section>
            <Section title="How">
              <Fieldset disabled={whyNot !== undefined}>
                <PolicyFields
                  value={policy}
                  change={change}
                  told={{
                    errors: errorsOf(form.errors),
                    warnings: Object.fromEntries(warnings.map(({ path, title }) => [path, title])),
                  }}
                />
              </Fieldset>
            </Section>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack gap="lg" pos="sticky" top={72}>
            <PolicyMeaning policy={valid} />
            <Group justify="flex-end">
              <ActionButton type="submit" whyNot={whyNot} loading={isSaving}>
                Save policy
              </ActionButton>
            </Group>
          </Stack>
        </Grid.Col>
      </Grid>
    </form>
  )
}

/** Complaints about what has just been changed are out of date. */
const withoutParts = <T,>(errors: Readonly<Record<string, T>>, parts: readonly string[]): Record<string, T> =>
  Object.fromEntries(Object.entries(errors).filter(([path]) => !parts.includes(path.split('.')[1] ?? '')))
