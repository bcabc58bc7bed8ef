import { schemaResolver, useForm, type UseFormReturnType } from '@mantine/form'

import type { Firmware } from '#contract/manage/firmware.ts'
import { JobCreate, Scope, type JobDetail, type JobType } from '#contract/manage/jobs.ts'
import type { Policy } from '#contract/manage/policies.ts'
import { PLAIN_POLICY } from '#domain/plain-policy.ts'
import { policyOfType } from '#domain/verification.ts'
import { besidePolicyField } from '#src/components/policy/told.tsx'
import { jobNameOf } from './words.ts'

export interface JobValues {
  name: string
  scope: Scope
  /** The saved policy that is taken as it is; null when `policy` was written for this job. */
  policyId: string | null
  policy: Policy
  supersede: boolean
}
export type JobFormApi = UseFormReturnType<JobValues>
type Target = Pick<Firmware, 'id' | 'name' | 'version'>

/** What the values ask of the server. */
export function orderOf({ policyId, policy, ...values }: JobValues) {
  return { ...values, ...(policyId === null ? { policy } : { policyId }) }
}

/** A job that nobody has written yet: everybody, all at once. */
export const plainJob = (type: JobType, firmware: Target): JobValues => ({
  name: jobNameOf(type, firmware),
  scope: Scope.parse({}),
  policyId: null,
  policy: PLAIN_POLICY,
  supersede: false,
})

/** A job as a form shows it. The policy is its own copy, whatever became of the saved one. */
export const valuesOf = ({ type, name, scope, policy }: JobDetail): JobValues => ({
  name,
  scope,
  policyId: null,
  policy: policyOfType(type, policy),
  supersede: false,
})

export const copyOf = (job: JobDetail): JobValues => ({ ...valuesOf(job), name: `${job.name} (copy)`.slice(0, 64) })

/** The same devices, as far as they run what the job brought, get `firmware` back at once. */
export function rollbackOf(job: JobDetail, firmware: Target): JobValues {
  const scope = { ...job.scope, versions: [job.firmware.version], percent: 100 }
  const name = `Roll back to ${firmware.version}`.slice(0, 64)
  return { ...valuesOf(job), name, scope, policy: { ...job.policy, startAt: null } }
}

const check = schemaResolver(JobCreate, { sync: true })

/** The form of one job of one firmware, checked by the contract. */
export function useJobForm(type: JobType, firmware: Pick<Firmware, 'id'>, initialValues: JobValues): JobFormApi {
  return useForm<JobValues>({
    initialValues,
    validate: (values) => besideTheirFields(check({ type, firmwareId: firmware.id, ...orderOf(values) })),
  })
}

/** Errors of single keys or versions belong to the field that holds them all: the first one is shown there. */
export function besideTheirFields(errors: object): Record<string, string> {
  const placed: Record<string, string> = {}
  for (const [path, message] of Object.entries(errors)) {
    const field = besidePolicyField(path.replace(/^(scope\.(?:deviceKeys|versions|tags|attributes))\..*$/, '$1'))
    placed[field] ??= String(message)
  }
  return placed
}
