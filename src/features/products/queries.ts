import { keepPreviousData, mutationOptions, queryOptions } from '@tanstack/react-query'

import type { Input } from '#contract/endpoint.ts'
import { products } from '#contract/manage/products.ts'
import { call } from '#src/api/call.ts'
import { keys } from '#src/api/keys.ts'

type Filter = Input<typeof products.list>['query']

export const productListQuery = (org: string, filter: Filter = {}) =>
  queryOptions({
    queryKey: [...keys.products(org), 'list', filter],
    queryFn: ({ signal }) => call(products.list, { params: { org }, query: filter }, signal),
    placeholderData: keepPreviousData,
  })

/** For choosing one: an organisation has a handful of products, a page of the largest size holds them. */
export const productChoiceQuery = (org: string) => ({ ...productListQuery(org, { limit: 200 }), staleTime: 60_000 })

export const createProduct = (org: string) =>
  mutationOptions({
    mutationFn: (body: Input<typeof products.create>['body']) => call(products.create, { params: { org }, body }),
    meta: { invalidates: keys.products(org) },
  })
