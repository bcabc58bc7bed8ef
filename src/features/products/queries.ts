import { keepPreviousData, mutationOptions, queryOptions } from '@tanstack/react-query'

import type { Input } from '#contract/endpoint.ts'
import { products } from '#contract/manage/products.ts'
import { call } from '#src/api/call.ts'
import { keys } from '#src/api/keys.ts'

type Filter = Input<typeof products.list>['query']

export const productListQuery = (org: string, filter: Filter = {}) =>
  queryOptions({
    queryKey: [...keys.products(org), 'list', filter],
    queryFn: () => call(products.list, { params: { org }, query: filter }),
    placeholderData: keepPreviousData,
  })

/** For choosing one: an organisation has a handful of products, a page of the largest size holds them. */
export const productChoiceQuery = (org: string) => ({ ...productListQuery(org, { limit: 200 }), staleTime: 60_000 })

export const createProduct = (org: string) =>
  mutationOptions({
    mutationFn: (body: Input<typeof products.create>['body']) => call(products.create, { params: { org }, body }),
    meta: { invalidates: keys.products(org) },
  })

export const productQuery = (org: string, productKey: string) =>
  queryOptions({
    queryKey: [...keys.products(org), 'view', productKey],
    queryFn: () => call(products.view, { params: { org, productKey } }),
  })

export const updateProduct = (org: string, productKey: string) =>
  mutationOptions({
    mutationFn: (body: Input<typeof products.update>['body']) =>
      call(products.update, { params: { org, productKey }, body }),
    meta: { invalidates: keys.products(org) },
  })

export const resetProductSecret = (org: string, productKey: string) =>
  mutationOptions({
    mutationFn: () => call(products.resetSecret, { params: { org, productKey } }),
    meta: { invalidates: keys.products(org) },
  })

export const deleteProduct = (org: string, productKey: string) =>
  mutationOptions({
    mutationFn: () => call(products.delete, { params: { org, productKey } }),
    // the lists alone: the page of what is gone would ask for it and fail before it is left
    meta: {
      invalidates: [
        [...keys.products(org), 'list'],
        [...keys.firmware(org), 'list'],
      ],
    },
  })
