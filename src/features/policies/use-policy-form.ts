import { schemaResolver, useForm, type UseFormReturnType } from '@mantine/form'

import { PolicyCreate, type Policy } from '#contract/manage/policies.ts'
import { besidePolicyField } from '#src/components/policy/told.tsx'

export interface PolicyValues {
  name: string
  description: string
  policy: Policy
}
export type PolicyFormApi = UseFormReturnType<PolicyValues>

const check = schemaResolver(PolicyCreate, { sync: true })

export const placed = (errors: object): Record<string, string> =>
  Object.fromEntries(
    Object.entries(errors).map(([path, message]) => [besidePolicyField(path), String(message)] as const),
  )

/** The form of one policy, checked by the contract. */
export const usePolicyForm = (initialValues: PolicyValues): PolicyFormApi =>
  useForm<PolicyValues>({ initialValues, validate: (values) => placed(check(values)) })
