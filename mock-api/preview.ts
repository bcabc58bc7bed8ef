import type { JobType, Preview, Scope } from '#contract/manage/jobs.ts'
import type { Policy } from '#contract/manage/policies.ts'
import { problems } from '#contract/problems.ts'
import { canVerifyWith, mayUpgradeWith, type Allowed } from '#domain/can.ts'
import { boundsOf, forecast } from '#domain/forecast.ts'
import { lintPolicy } from '#domain/policy-lint.ts'
import { chooser, excludedBy } from '#domain/targeting.ts'
import { isFinal } from '#domain/task.ts'
import { warnOfOlderTarget } from '#domain/versions.ts'
import { PLAIN_POLICY } from '#domain/plain-policy.ts'
import { policyOfType } from '#domain/verification.ts'

import { clock, iso } from './clock.ts'
import { db } from './db.ts'
import { tasksOfDevice } from './find.ts'
import { MockProblem } from './problem.ts'
import { stateOfFirmware } from './views.ts'
import type { DeviceRow, FirmwareRow } from './world.ts'

const facts = ({ id, enabled, currentVersion, tags, attributes }: DeviceRow) => ({
  id,
  enabled,
  tags,
  attributes,
  reportedVersion: currentVersion,
})

/** Keys of the scope's device list; null without one. */
function listedIn({ orgId, productKey }: FirmwareRow, { deviceListId }: Scope): Set<string> | null {
  if (deviceListId === null) return null
  const list = db.deviceLists.find(({ id }) => id === deviceListId)
  if (list?.orgId !== orgId || list.productKey !== productKey)
    throw new MockProblem(problems.notFound('Device list of this product'))
  return new Set(list.keys)
}

/** Whether the device list of a scope still exists; a scope without one misses nothing. */
export const hasList = ({ deviceListId }: Scope): boolean =>
  deviceListId === null || db.deviceLists.some(({ id }) => id === deviceListId)

function chosen(firmware: FirmwareRow, scope: Scope): DeviceRow[] {
  const chooses = chooser(scope)
  const listed = listedIn(firmware, scope)
  return db.devices.filter(
    ({ productKey, deviceKey }) =>
      productKey === firmware.productKey && chooses(deviceKey) && (listed === null || listed.has(deviceKey)),
  )
}

/** How many devices a scope names; 0 when it names none, or by two lists of which one narrows the other. */
function namedBy(firmware: FirmwareRow, scope: Scope): number {
  const listed = listedIn(firmware, scope)
  if (listed === null) return new Set(scope.deviceKeys).size
  return scope.deviceKeys.length === 0 ? listed.size : 0
}

/** How many devices the service would look at. A list that is longer than what it reads key by key is left to it. */
export function toLookAt(firmware: FirmwareRow, scope: Scope): number {
  const listed = listedIn(firmware, scope)
  if (scope.deviceKeys.length > 0) return new Set(scope.deviceKeys).size
  return listed?.size ?? chosen(firmware, scope).length
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
const isWanted = ({ id }: DeviceRow): boolean => tasksOfDevice(id).some((task) => !isFinal(task))

/** What stands in the way of such a job, whatever its devices. */
export const mayHave = (type: JobType, { verification }: FirmwareRow, { deviceKeys }: Scope): Allowed =>
  type === 'verify' ? canVerifyWith(new Set(deviceKeys).size, verification) : true

function excludedOf(asked: readonly DeviceRow[], firmware: FirmwareRow, scope: Scope): Preview['excluded'] {
  const reasons = asked.flatMap((row) => excludedBy(scope, facts(row), firmware.version) ?? [])
  const excluded = countBy(reasons, (reason) => reason).map(([reason, count]) => ({ reason, count }))
  const unknown = namedBy(firmware, scope) - asked.length
  return unknown > 0 ? [...excluded, { reason: 'unknownKey', count: unknown }] : excluded
}

interface Asked {
  type: JobType
  scope: Scope
  policy?: Policy | undefined
}

export function previewOf(firmware: FirmwareRow, { type, scope, policy = PLAIN_POLICY }: Asked): Preview {
  const taken = matching(firmware, scope)
  const online = taken.filter(({ session }) => session !== null).length
  const byVersion = countBy(taken, ({ currentVersion }) => currentVersion ?? '')
    .map(([version, count]) => ({ version, count }))
    .toSorted((a, b) => b.count - a.count)
  return {
    matched: taken.length,
    excluded: excludedOf(chosen(firmware, scope), firmware, scope),
    byVersion,
    byConnection: { online, offline: taken.length - online },
    overlapping: taken.filter(isWanted).length,
    warnings: warningsOf(firmware, { type, scope, policy, byVersion, devices: taken.length }),
    forecast: foreseen(policyOfType(type, policy), taken.length),
  }
}

interface Planned extends Asked {
  policy: Policy
  byVersion: Preview['byVersion']
  devices: number
}

/** The sentences with which creating or starting the job would be refused as things stand, and what may be regretted. */
function warningsOf(firmware: FirmwareRow, planned: Planned): Preview['warnings'] {
  const { type, scope, policy, byVersion, devices } = planned
  const { deleted } = firmware
  const upgrade = type === 'upgrade' ? mayUpgradeWith({ deleted, verificationState: stateOfFirmware(firmware) }) : true
  const refusals: (readonly [path: string, answer: Allowed])[] = [
    ['scope', mayHave(type, firmware, scope)],
    ['firmwareId', upgrade],
  ]
  const refused = refusals.flatMap(([path, answer]) =>
    answer === true ? [] : [{ code: answer.code, path, title: answer.title }],
  )
  // a verification is small and watched: what a rollout may regret does not matter to it
  const told = type === 'verify' ? [] : lintPolicy(policy, devices)
  const older = warnOfOlderTarget(firmware.version, byVersion)
  return [...refused, ...older, ...told.map((warning) => ({ ...warning, path: `policy.${warning.path}` }))]
}

function foreseen(policy: Policy, devices: number): Preview['forecast'] {
  const range = devices === 0 ? null : forecast(policy, devices, boundsOf(policy), clock.now())
  return range && { earliest: iso(range.earliest), latest: iso(range.latest) }
}
