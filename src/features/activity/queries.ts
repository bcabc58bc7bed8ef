import { keepPreviousData, queryOptions } from '@tanstack/react-query'

import type { Input } from '#contract/endpoint.ts'
import { activity } from '#contract/manage/activity.ts'
import { addressOf, call } from '#src/api/call.ts'
import { keys } from '#src/api/keys.ts'

export const activityQuery = (org: string, filter: Input<typeof activity.list>['query']) =>
  queryOptions({
    queryKey: [...keys.activity(org), filter],
    queryFn: () => call(activity.list, { params: { org }, query: filter }),
    placeholderData: keepPreviousData,
  })

/** Where the browser saves the same from, without pages. */
export const activityCsvAddress = (org: string, query: Input<typeof activity.csv>['query']): string =>
  addressOf(activity.csv, { params: { org }, query })
