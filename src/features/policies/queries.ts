import { keepPreviousData, mutationOptions, queryOptions } from '@tanstack/react-query'

import type { Input } from '#contract/endpoint.ts'
import { policies } from '#contract/manage/policies.ts'
import { call } from '#src/api/call.ts'
import { keys } from '#src/api/keys.ts'

type Filter = Input<typeof policies.list>['query']

export const policyListQuery = (org: string, filter: Filter = {}) =>
  queryOptions({
    queryKey: [...keys.policies(org), 'list', filter],
    queryFn: () => call(policies.list, { params: { org }, query: filter }),
    placeholderData: keepPreviousData,
  })

export const policyQuery = (org: string, policyId: string) =>
  queryOptions({
    queryKey: [...keys.policies(org), 'view', policyId],
    queryFn: () => call(policies.view, { params: { org, policyId } }),
  })

export const createPolicy = (org: string) =>
  mutationOptions({
    mutationFn: (body: Input<typeof policies.create>['body']) => call(policies.create, { params: { org }, body }),
    meta: { invalidates: keys.policies(org) },
  })

export const replacePolicy = (org: string, policyId: string) =>
  mutationOptions({
    mutationFn: (body: Input<typeof policies.replace>['body']) =>
      call(policies.replace, { params: { org, policyId }, body }),
    meta: { invalidates: keys.policies(org) },
  })

export const deletePolicy = (org: string, policyId: string) =>
  mutationOptions({
    mutationFn: () => call(policies.delete, { params: { org, policyId } }),
    // the lists alone: the page of what is gone would ask for it and fail before it is left
    meta: { invalidates: [...keys.policies(org), 'list'] },
  })
