import { keepPreviousData, mutationOptions, queryOptions } from '@tanstack/react-query'

import type { Input } from '#contract/endpoint.ts'
import { devices } from '#contract/manage/devices.ts'
import { call } from '#src/api/call.ts'
import { keys } from '#src/api/keys.ts'

type Filter = Input<typeof devices.list>['query']

export const deviceListQuery = (org: string, filter: Filter) =>
  queryOptions({
    queryKey: [...keys.deviceLists(org), filter],
    queryFn: ({ signal }) => call(devices.list, { params: { org }, query: filter }, signal),
    placeholderData: keepPreviousData,
  })

/** Versions in the field; of one product, or of all of them. */
export const versionsQuery = (org: string, product?: string) =>
  queryOptions({
    queryKey: [...keys.deviceVersions(org), product],
    queryFn: ({ signal }) => call(devices.versions, { params: { org }, query: { product } }, signal),
  })

export const deviceQuery = (org: string, deviceId: string) =>
  queryOptions({
    queryKey: keys.device(org, deviceId),
    queryFn: ({ signal }) => call(devices.view, { params: { org, deviceId } }, signal),
  })

export const deviceHistoryQuery = (org: string, deviceId: string, cursor?: string) =>
  queryOptions({
    queryKey: [...keys.deviceStory(org, deviceId), 'history', cursor],
    queryFn: ({ signal }) => call(devices.history, { params: { org, deviceId }, query: { limit: 20, cursor } }, signal),
    placeholderData: keepPreviousData,
  })

export const whyQuery = (org: string, deviceId: string) =>
  queryOptions({
    queryKey: [...keys.deviceStory(org, deviceId), 'why'],
    queryFn: ({ signal }) => call(devices.why, { params: { org, deviceId }, query: {} }, signal),
  })

export const createDevice = (org: string) =>
  mutationOptions({
    mutationFn: (body: Input<typeof devices.create>['body']) => call(devices.create, { params: { org }, body }),
    meta: { invalidates: [keys.devices(org), keys.products(org)] },
  })

/** Lets a device in again, or shuts it out. */
export const setDeviceEnabled = (org: string, deviceId: string, enabled: boolean) =>
  mutationOptions({
    mutationFn: () => call(enabled ? devices.enable : devices.disable, { params: { org, deviceId } }),
    meta: { invalidates: keys.devices(org) },
  })
