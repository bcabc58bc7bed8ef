import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'

import type { Firmware } from '#contract/manage/firmware.ts'
import { isCounting, Scope, type Counting, type JobType, type Preview } from '#contract/manage/jobs.ts'
import { Policy } from '#contract/manage/policies.ts'
import type { ApiError } from '#src/api/call.ts'
import { previewedQuery, previewQuery } from './queries.ts'
import type { JobValues } from './use-job-form.ts'

/** How long typing rests before the preview is asked, ms. */
const DEBOUNCE_MS = 300

export interface Previewed {
  /** Undefined until there is something to count, and until it is counted. */
  preview: Preview | undefined
  /** How far the counting of many devices is. */
  counting: Counting | undefined
  error: ApiError | null
  isBusy: boolean
  again: () => void
}

/** What the job would do as it stands in the form, asked again when typing rests. */
export function usePreview(org: string, type: JobType, firmware: Firmware, values: JobValues): Previewed {
  const [{ scope, policy }] = useDebouncedValue(values, DEBOUNCE_MS)
  // counting goes on while a number of the policy is being typed
  const asked = Policy.safeParse(policy).data
  const isAskable = Scope.safeParse(scope).success && (type === 'upgrade' || scope.deviceKeys.length > 0)
  const first = useQuery({
    ...previewQuery(org, { type, firmwareId: firmware.id, scope, ...(asked && { policy: asked }) }),
    enabled: isAskable,
  })
  const answer = isAskable ? first.data : undefined
  // the handle of what stood in the form before is dropped: asking anew has ended its counting
  const isOld = first.isPlaceholderData || first.isFetching
  const promise = answer && isCounting(answer) && !isOld ? answer : undefined
  const promised = useQuery({ ...previewedQuery(org, promise?.handle ?? ''), enabled: promise !== undefined })
  const last = promise ? (promised.data ?? promise) : answer
  const error = first.error ?? (promise ? promised.error : null)
  const counting = last && isCounting(last) && promise ? last : undefined
  return {
    preview: last && !isCounting(last) ? last : undefined,
    counting,
    error,
    isBusy: first.isFetching || (counting !== undefined && !error),
    again: () => void first.refetch(),
  }
}
