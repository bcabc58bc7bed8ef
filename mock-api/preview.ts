import type { JobType, Preview, Scope } from '#contract/manage/jobs.ts'
import type { Policy } from '#contract/manage/policies.ts'
import { canVerifyWith, mayUpgradeWith, type Allowed } from '#domain/can.ts'
import { boundsOf, forecast } from '#domain/forecast.ts'
import { lintPolicy } from '#domain/policy-lint.ts'
import { chooser, excludedBy } from '#domain/targeting.ts'
import { isFinal } from '#domain/task.ts'
import { PLAIN_POLICY, unsupported } from '#domain/unsupported.ts'

import { clock, iso } from './clock.ts'
import { db } from './db.ts'
import { insist } from './problem.ts'
import { stateOfFirmware } from './views.ts'
import type { DeviceRow, FirmwareRow } from './world.ts'

const facts = ({ id, enabled, currentVersion, tags, attributes }: DeviceRow) => ({
  id,
  enabled,
  tags,
  attributes,
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

interface Asked {
  type: JobType
  scope: Scope
  policy?: Policy | undefined
}

interface Planned extends Asked {
  policy: Policy
}

export function previewOf(firmware: FirmwareRow, { type, scope, policy = PLAIN_POLICY }: Asked): Preview {
  insist(unsupported({ scope, policy: PLAIN_POLICY }))
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
    warnings: warnings(firmware, { type, scope, policy }, taken.length),
    forecast: foreseen(policy, taken.length),
  }
}

/** The sentences with which creating or starting the job would be refused as things stand, and what may be regretted. */
function warnings(firmware: FirmwareRow, { type, scope, policy }: Planned, devices: number): Preview['warnings'] {
  const { verification, deleted } = firmware
  const isVerify = type === 'verify'
  const refusals: (readonly [path: string, answer: Allowed])[] = [
    ['scope', isVerify ? canVerifyWith(new Set(scope.deviceKeys).size, verification.maxDevices) : true],
    ['firmwareId', isVerify || mayUpgradeWith({ deleted, verificationState: stateOfFirmware(firmware) })],
    ['policy', unsupported({ scope, policy })],
  ]
  const refused = refusals.flatMap(([path, answer]) =>
    answer === true ? [] : [{ code: answer.code, path, title: answer.title }],
  )
  return [...refused, ...lintPolicy(policy, devices).map((told) => ({ ...told, path: `policy.${told.path}` }))]
}

function foreseen(policy: Policy, devices: number): Preview['forecast'] {
  const range = devices === 0 ? null : forecast(policy, devices, boundsOf(policy), clock.now())
  return range && { earliest: iso(range.earliest), latest: iso(range.latest) }
}
