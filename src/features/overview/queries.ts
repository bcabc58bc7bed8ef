import { mutationOptions, queryOptions } from '@tanstack/react-query'

import { orgs } from '#contract/manage/orgs.ts'
import { overview } from '#contract/manage/overview.ts'
import { call } from '#src/api/call.ts'
import { keys } from '#src/api/keys.ts'

export const recentFailuresQuery = (org: string) =>
  queryOptions({
    queryKey: [...keys.recentFailures(org), 'day'],
    queryFn: () => call(overview.failures, { params: { org }, query: {} }),
  })

export const stopAllJobs = (org: string) =>
  mutationOptions({
    mutationFn: () => call(orgs.emergencyStop, { params: { org } }),
    meta: { invalidates: keys.jobs(org) },
  })
