import { keepPreviousData, mutationOptions, queryOptions } from '@tanstack/react-query'

import type { Input } from '#contract/endpoint.ts'
import { firmware } from '#contract/manage/firmware.ts'
import { addressOf, call } from '#src/api/call.ts'
import { keys } from '#src/api/keys.ts'
import { earlierUpload } from '#src/api/upload.ts'

type Filter = Input<typeof firmware.list>['query']

export const firmwareListQuery = (org: string, filter: Filter) =>
  queryOptions({
    queryKey: [...keys.firmware(org), 'list', filter],
    queryFn: () => call(firmware.list, { params: { org }, query: filter }),
    placeholderData: keepPreviousData,
  })

export const firmwareQuery = (org: string, firmwareId: string) =>
  queryOptions({
    queryKey: [...keys.firmware(org), 'view', firmwareId],
    queryFn: () => call(firmware.view, { params: { org, firmwareId } }),
  })

/** Whether the same bytes are here already, and as what. */
export const sameBytesQuery = (org: string, sha256: string) =>
  queryOptions({
    queryKey: [...keys.firmware(org), 'same', sha256],
    queryFn: async () => (await call(firmware.list, { params: { org }, query: { sha256, limit: 1 } })).items[0] ?? null,
  })

/** How much of the file an earlier visit has sent. Asked anew whenever the file is chosen. */
export const earlierUploadQuery = (org: string, file: File, sha256: string) =>
  queryOptions({
    queryKey: keys.earlierUpload(org, sha256),
    queryFn: () => earlierUpload({ org, file, sha256 }),
    staleTime: Infinity,
    gcTime: 0,
  })

/** What the devices of its product run, and its newest jobs. */
export const firmwareStatisticsQuery = (org: string, firmwareId: string) =>
  queryOptions({
    queryKey: [...keys.firmware(org), 'statistics', firmwareId],
    queryFn: () => call(firmware.statistics, { params: { org, firmwareId } }),
  })

/** What deleting it would affect, and whether it may be deleted now. */
export const deletePreviewQuery = (org: string, firmwareId: string) =>
  queryOptions({
    queryKey: [...keys.firmware(org), 'delete-preview', firmwareId],
    queryFn: () => call(firmware.deletePreview, { params: { org, firmwareId } }),
  })

export const createFirmware = (org: string) =>
  mutationOptions({
    mutationFn: (body: Input<typeof firmware.create>['body']) => call(firmware.create, { params: { org }, body }),
    meta: { invalidates: keys.firmware(org) },
  })

export const updateFirmware = (org: string, firmwareId: string) =>
  mutationOptions({
    mutationFn: (body: Input<typeof firmware.update>['body']) =>
      call(firmware.update, { params: { org, firmwareId }, body }),
    meta: { invalidates: keys.firmware(org) },
  })

export const deleteFirmware = (org: string, firmwareId: string) =>
  mutationOptions({
    mutationFn: () => call(firmware.delete, { params: { org, firmwareId } }),
    // the list alone: the page of what is gone would ask for it and fail before it is left
    meta: { invalidates: [[...keys.firmware(org), 'list'], keys.jobs(org)] },
  })

export const firmwareFileAddress = (org: string, firmwareId: string): string =>
  addressOf(firmware.file, { params: { org, firmwareId } })
