import type { Excluded, Scope } from '#contract/manage/jobs.ts'
import type { z } from 'zod'

export type ExcludedReason = z.infer<typeof Excluded>

export interface DeviceFacts {
  deviceKey: string
  enabled: boolean
  reportedVersion: string | null
}

/**
 * Why a device of the product is not taken, or null when it is.
 * Device keys choose first; of what is chosen, the first reason that applies is told.
 */
export function excludedBy(scope: Scope, device: DeviceFacts, targetVersion: string): ExcludedReason | null {
  if (device.reportedVersion === null) return 'noVersion'
  if (device.reportedVersion === targetVersion) return 'atTarget'
  if (scope.versions.length > 0 && !scope.versions.includes(device.reportedVersion)) return 'otherVersion'
  if (!device.enabled) return 'disabled'
  return null
}

/** Whether the scope asks about a device at all: its keys, when given, name it. */
export function chooser(scope: Scope): (deviceKey: string) => boolean {
  if (scope.deviceKeys.length === 0) return () => true
  const chosen = new Set(scope.deviceKeys)
  return (deviceKey) => chosen.has(deviceKey)
}
