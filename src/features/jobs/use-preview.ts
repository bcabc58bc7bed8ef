import { useDebouncedValue } from '@mantine/hooks'
import { useQuery, type UseQueryResult } from '@tanstack/react-query'

import type { Firmware } from '#contract/manage/firmware.ts'
import { Scope, type JobType, type Preview } from '#contract/manage/jobs.ts'
import { Policy } from '#contract/manage/policies.ts'
import type { ApiError } from '#src/api/call.ts'
import { previewQuery } from './queries.ts'
import type { JobValues } from './use-job-form.ts'

/** How long typing rests before the preview is asked, ms. */
const DEBOUNCE_MS = 300

export interface Previewed {
  /** Undefined until there is something to count. */
  preview: Preview | undefined
  query: UseQueryResult<Preview, ApiError>
}

/** What the job would do as it stands in the form, asked again when typing rests. */
export function usePreview(org: string, type: JobType, firmware: Firmware, values: JobValues): Previewed {
  const [{ scope, policy }] = useDebouncedValue(values, DEBOUNCE_MS)
  // counting goes on while a number of the policy is being typed
  const asked = Policy.safeParse(policy).data
  const isAskable = Scope.safeParse(scope).success && (type === 'upgrade' || scope.deviceKeys.length > 0)
  const query = useQuery({
    ...previewQuery(org, { type, firmwareId: firmware.id, scope, ...(asked && { policy: asked }) }),
    enabled: isAskable,
  })
  return { preview: isAskable ? query.data : undefined, query }
}
