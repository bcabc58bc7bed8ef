import { keepPreviousData, mutationOptions, queryOptions } from '@tanstack/react-query'

import type { Input } from '#contract/endpoint.ts'
import { devices } from '#contract/manage/devices.ts'
import { call } from '#src/api/call.ts'
import { keys } from '#src/api/keys.ts'

type Filter = Input<typeof devices.list>['query']

export const deviceListQuery = (org: string, filter: Filter) =>
  queryOptions({
    queryKey: [...keys.deviceLists(org), filter],
    queryFn: () => call(devices.list, { params: { org }, query: filter }),
    placeholderData: keepPreviousData,
  })

/** Versions in the field; of one product, or of all of them. */
export const versionsQuery = (org: string, product?: string) =>
  queryOptions({
    queryKey: [...keys.deviceVersions(org), product],
    queryFn: () => call(devices.versions, { params: { org }, query: { product } }),
  })

export const deviceQuery = (org: string, deviceId: string) =>
  queryOptions({
    queryKey: keys.device(org, deviceId),
    queryFn: () => call(devices.view, { params: { org, deviceId } }),
  })

export const deviceHistoryQuery = (org: string, deviceId: string, cursor?: string) =>
  queryOptions({
    queryKey: [...keys.deviceStory(org, deviceId), 'history', cursor],
    queryFn: () => call(devices.history, { params: { org, deviceId }, query: { limit: 20, cursor } }),
    placeholderData: keepPreviousData,
  })

/** @param moved changes when the device has moved on: then there is more to tell */
export const deviceJobHistoryQuery = (org: string, deviceId: string, job: string, moved: string) =>
  queryOptions({
    queryKey: [...keys.deviceStory(org, deviceId), 'history in', job, moved],
    queryFn: () => call(devices.history, { params: { org, deviceId }, query: { limit: 50, job } }),
    placeholderData: keepPreviousData,
  })

/** @param moved changes when the device has moved on: then another gate may hold it */
export const whyInJobQuery = (org: string, deviceId: string, job: string, moved: string) =>
  queryOptions({
    queryKey: [...keys.deviceStory(org, deviceId), 'why in', job, moved],
    queryFn: () => call(devices.why, { params: { org, deviceId }, query: { job } }),
    placeholderData: keepPreviousData,
  })

export const whyQuery = (org: string, deviceId: string) =>
  queryOptions({
    queryKey: [...keys.deviceStory(org, deviceId), 'why'],
    queryFn: () => call(devices.why, { params: { org, deviceId }, query: {} }),
  })

export const subDevicesQuery = (org: string, deviceId: string, cursor?: string) =>
  queryOptions({
    queryKey: [...keys.deviceStory(org, deviceId), 'behind', cursor],
    queryFn: () => call(devices.subDevices, { params: { org, deviceId }, query: { limit: 20, cursor } }),
    placeholderData: keepPreviousData,
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

export const updateDevice = (org: string, deviceId: string) =>
  mutationOptions({
    mutationFn: (body: Input<typeof devices.update>['body']) =>
      call(devices.update, { params: { org, deviceId }, body }),
    meta: { invalidates: keys.devices(org) },
  })

export const resetDeviceSecret = (org: string, deviceId: string) =>
  mutationOptions({
    mutationFn: () => call(devices.resetSecret, { params: { org, deviceId } }),
    meta: { invalidates: keys.devices(org) },
  })

export const resetActivation = (org: string, deviceId: string) =>
  mutationOptions({
    mutationFn: () => call(devices.resetActivation, { params: { org, deviceId } }),
    meta: { invalidates: keys.devices(org) },
  })

export const deleteDevice = (org: string, deviceId: string) =>
  mutationOptions({
    mutationFn: () => call(devices.delete, { params: { org, deviceId } }),
    // not its own page: that would ask for what is gone before it is left
    meta: { invalidates: [keys.deviceLists(org), keys.deviceVersions(org), keys.products(org)] },
  })
