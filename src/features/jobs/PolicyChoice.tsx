import { Button, Group, Select, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'

import type { Policy } from '#contract/manage/policies.ts'
import type { JobType, Preview } from '#contract/manage/jobs.ts'
import { policyOfType } from '#domain/verification.ts'
import { choiceState } from '#src/components/choice-state.ts'
import { PolicyFields } from '#src/components/policy/PolicyFields.tsx'
import { errorsOf } from '#src/components/policy/told.tsx'
import { policyListQuery } from '#src/features/policies/queries.ts'
import type { JobFormApi } from './use-job-form.ts'
import { howOf } from './words.ts'

/** No saved policy: stands in the list like any other choice. */
const OWN = ''

interface Props {
  org: string
  type: JobType
  form: JobFormApi
  warnings: Preview['warnings']
}

/** A saved policy as it is, or one that is written for this job alone. */
export function PolicyChoice({ org, type, form, warnings }: Props) {
  // an organisation has a handful of policies, a page of the largest size holds them
  const query = useQuery({ ...policyListQuery(org, { limit: 200 }), staleTime: 60_000 })
  const saved = query.data?.items ?? []
  const { policy, policyId } = form.values
  const choose = (next: string) => {
    const found = saved.find(({ id }) => id === next)
    form.setFieldValue('policyId', found?.id ?? null)
    if (found) form.setFieldValue('policy', policyOfType(type, found.policy))
    form.setErrors(withoutPolicy(form.errors, ''))
  }
  const change = (part: Partial<Policy>) => {
    form.setFieldValue('policy', { ...policy, ...part })
    for (const name of Object.keys(part)) form.setErrors(withoutPolicy(form.errors, name))
  }
  return (
    <Stack>
      <Group align="end">
        <Select
          label="Upgrade policy"
          data={[
            { value: OWN, label: 'Written for this job' },
            ...saved.map(({ id, name }) => ({ value: id, label: name })),
          ]}
          error={choiceState(query, 'the saved policies', '').error}
          w={{ base: '100%', xs: 300 }}
          value={policyId ?? OWN}
          onChange={(next) => choose(next ?? OWN)}
        />
        {policyId !== null && (
          <Button variant="default" onClick={() => choose(OWN)}>
            Edit for this job
          </Button>
        )}
      </Group>
      {type === 'verify' && (
        <Text size="sm" c="dimmed">
          A verification tries the chosen devices at once: it has no window and no waves.
        </Text>
      )}
      {policyId === null ? (
        <PolicyFields
          value={policy}
          change={change}
          isForFew={type === 'verify'}
          told={{ errors: errorsOf(form.errors), warnings: besideFields(warnings) }}
        />
      ) : (
        <Text size="sm">The job takes a copy: {howOf(policy)}.</Text>
      )}
    </Stack>
  )
}

const withoutPolicy = <T,>(errors: Readonly<Record<string, T>>, name: string): Record<string, T> =>
  Object.fromEntries(Object.entries(errors).filter(([path]) => !path.startsWith(`policy.${name}`)))

const besideFields = (warnings: Preview['warnings']): Record<string, string> =>
  Object.fromEntries(
    warnings.flatMap(({ path, title }) => (path.startsWith('policy.') ? [[path.slice('policy.'.length), title]] : [])),
  )
