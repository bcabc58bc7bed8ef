import { schemaResolver, useForm, type UseFormReturnType } from '@mantine/form'

import type { Firmware } from '#contract/manage/firmware.ts'
import { JobCreate, Scope, type JobType } from '#contract/manage/jobs.ts'
import type { Policy } from '#contract/manage/policies.ts'
import { PLAIN_POLICY } from '#domain/unsupported.ts'
import { jobNameOf } from './words.ts'

export interface JobValues {
  name: string
  scope: Scope
  policy: Policy
}
export type JobFormApi = UseFormReturnType<JobValues>

const check = schemaResolver(JobCreate, { sync: true })

/** The form of one job of one firmware, checked by the contract. */
export function useJobForm(type: JobType, firmware: Firmware): JobFormApi {
  return useForm<JobValues>({
    initialValues: {
      name: jobNameOf(type, firmware),
      scope: Scope.parse({}),
      policy: PLAIN_POLICY,
    },
    validate: (values) => besideTheirFields(check({ type, firmwareId: firmware.id, ...values })),
  })
}

/** Errors of single keys or versions belong to the field that holds them all: the first one is shown there. */
export function besideTheirFields(errors: object): Record<string, string> {
  const placed: Record<string, string> = {}
  for (const [path, message] of Object.entries(errors)) {
    const field = path.replace(/^(scope\.(?:deviceKeys|versions))\..*$/, '$1')
    placed[field] ??= String(message)
  }
  return placed
}
