import { useQuery } from '@tanstack/react-query'

import type { Job } from '#contract/manage/jobs.ts'
import type { JobFacts } from '#domain/job.ts'
import { firmwareQuery } from '#src/features/firmware/queries.ts'

/** The job as its rules look at it; the firmware's verification is asked beside. */
export function useJobFacts(org: string, { type, state, phase, counts, firmware }: Job): JobFacts {
  const { data } = useQuery({ ...firmwareQuery(org, firmware.id), enabled: !firmware.deleted })
  // until it is known nothing is refused here; the server asks again anyway
  const verificationState = data?.verificationState ?? 'verified'
  return { type, state, phase, counts, firmware: { deleted: firmware.deleted, verificationState } }
}
