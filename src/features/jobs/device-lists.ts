import { mutationOptions, queryOptions } from '@tanstack/react-query'

import { deviceLists, type DeviceList } from '#contract/manage/device-lists.ts'
import { call, sendTable } from '#src/api/call.ts'
import { keys } from '#src/api/keys.ts'

/** The newest lists of a product: one page is as many as anybody looks through. */
export const deviceListsQuery = (org: string, product: string) =>
  queryOptions({
    queryKey: [...keys.keyLists(org), product],
    queryFn: () => call(deviceLists.list, { params: { org }, query: { product, limit: 200 } }),
  })

/** A list that stands in a scope; it may be older than those that are offered. */
export const keyListQuery = (org: string, listId: string) =>
  queryOptions({
    queryKey: [...keys.keyLists(org), 'view', listId],
    queryFn: () => call(deviceLists.view, { params: { org, listId } }),
  })

/** Takes a file as a list that is named after it. */
export const createDeviceList = (org: string, product: string) =>
  mutationOptions({
    mutationFn: (file: File): Promise<DeviceList> =>
      sendTable(deviceLists.create, { params: { org }, query: { product, name: nameOf(file) } }, file),
    meta: { invalidates: keys.keyLists(org) },
  })

const nameOf = ({ name }: File): string => name.trim().slice(0, 64) || 'Device list'

export interface WrongLine {
  line: number
  reason: string
}

/** The wrong lines that a refusal names, in their order. */
export const wrongLinesOf = (fields: Readonly<Record<string, string>> = {}): WrongLine[] =>
  Object.entries(fields)
    .flatMap(([path, reason]) => (path.startsWith('lines.') ? [{ line: Number(path.slice(6)), reason }] : []))
    .toSorted((a, b) => a.line - b.line)
