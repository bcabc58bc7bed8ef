import type { Excluded, Scope } from '#contract/manage/jobs.ts'
import type { z } from 'zod'

import { placeOf } from './hash.ts'

export type ExcludedReason = z.infer<typeof Excluded>

export interface DeviceFacts {
  id: string
  enabled: boolean
  reportedVersion: string | null
  tags: Readonly<Record<string, string>>
  attributes: Readonly<Record<string, string>>
}

/** Whether each key that is asked about has one of the values that are asked for. */
const has = (asked: Scope['tags'], given: Readonly<Record<string, string>>): boolean =>
  Object.entries(asked).every(([key, values]) => values.includes(given[key] ?? ''))

/** Whether what people wrote of the device is what the scope asks for; what it reports and its share are left aside. */
export const isDescribedBy = (scope: Scope, { tags, attributes }: Pick<DeviceFacts, 'tags' | 'attributes'>): boolean =>
  has(scope.tags, tags) && has(scope.attributes, attributes)

/**
 * Why a device of the product is not taken, or null when it is: the first reason that applies is told.
 * The share is taken last, so that the same seed takes the same devices of what matches.
 */
export function excludedBy(scope: Scope, device: DeviceFacts, targetVersion: string): ExcludedReason | null {
  if (device.reportedVersion === null) return 'noVersion'
  if (device.reportedVersion === targetVersion) return 'atTarget'
  if (scope.versions.length > 0 && !scope.versions.includes(device.reportedVersion)) return 'otherVersion'
  if (!has(scope.tags, device.tags)) return 'otherTag'
  if (!has(scope.attributes, device.attributes)) return 'otherAttribute'
  if (!device.enabled) return 'disabled'
  if (scope.percent < 100 && placeOf(scope.seed, device.id) * 100 >= scope.percent) return 'otherShare'
  return null
}

/** Whether the typed keys name the device; without keys they name all. Device lists are matched by the database. */
export function chooser(scope: Pick<Scope, 'deviceKeys'>): (deviceKey: string) => boolean {
  if (scope.deviceKeys.length === 0) return () => true
  const chosen = new Set(scope.deviceKeys)
  return (deviceKey) => chosen.has(deviceKey)
}
