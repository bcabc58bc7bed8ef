import type { JobType, Preview, Scope } from '#contract/manage/jobs.ts'
import { chooser, excludedBy } from '#domain/targeting.ts'
import { isFinal } from '#domain/task.ts'

import { db } from './db.ts'
import type { DeviceRow, FirmwareRow } from './world.ts'

const facts = ({ deviceKey, enabled, currentVersion }: DeviceRow) => ({
  deviceKey,
  enabled,
  reportedVersion: currentVersion,
})

function chosen({ productKey }: FirmwareRow, scope: Scope): DeviceRow[] {
  const chooses = chooser(scope)
  return db.devices.filter((row) => row.productKey === productKey && chooses(row.deviceKey))
}

/** Devices that a job of this firmware takes. */
export const matching = (firmware: FirmwareRow, scope: Scope): DeviceRow[] =>
  chosen(firmware, scope).filter((row) => excludedBy(scope, facts(row), firmware.version) === null)

/** How many have each value, in the order in which the values first came. */
function countBy<T, K>(rows: readonly T[], keyOf: (row: T) => K): [K, number][] {
  const counts = new Map<K, number>()
  for (const row of rows) counts.set(keyOf(row), (counts.get(keyOf(row)) ?? 0) + 1)
  return [...counts]
}

/** Whether another unfinished job also wants the device. */
const isWanted = ({ id }: DeviceRow): boolean => db.tasks.some((task) => task.deviceId === id && !isFinal(task))

export function previewOf(_type: JobType, firmware: FirmwareRow, scope: Scope): Preview {
  const asked = chosen(firmware, scope)
  const taken = matching(firmware, scope)
  const reasons = asked.flatMap((row) => excludedBy(scope, facts(row), firmware.version) ?? [])
  const unknown = new Set(scope.deviceKeys).size - asked.length
  const excluded = countBy(
    [
      ...reasons,
      ...Array.from({ length: Math.max(0, scope.deviceKeys.length ? unknown : 0) }, () => 'unknownKey' as const),
    ],
    (reason) => reason,
  )
  const online = taken.filter(({ session }) => session !== null).length
  return {
    matched: taken.length,
    excluded: excluded.map(([reason, count]) => ({ reason, count })),
    byVersion: countBy(taken, ({ currentVersion }) => currentVersion ?? '').map(([version, count]) => ({
      version,
      count,
    })),
    byConnection: { online, offline: taken.length - online },
    overlapping: taken.filter(isWanted).length,
    warnings: [],
  }
}
