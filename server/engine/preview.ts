import type { JobType, Preview, Scope } from '#contract/manage/jobs.ts'
import type { Policy } from '#contract/manage/policies.ts'
import { canVerifyWith, mayUpgradeWith, type Allowed } from '#domain/can.ts'
import { boundsOf, forecast } from '#domain/forecast.ts'
import { lintPolicy } from '#domain/policy-lint.ts'
import type { ExcludedReason } from '#domain/targeting.ts'
import { PLAIN_POLICY } from '#domain/plain-policy.ts'
import { warnOfOlderTarget } from '#domain/versions.ts'
import { policyOfType } from '#domain/verification.ts'
import type { EngineReads, FirmwareRecord } from '#server/ports-engine.ts'
import type { PreviewAsk } from '#server/ports-jobs.ts'

import { asked, leftOut, namedBy, type Watch } from './scope.ts'

/** What stands in the way of such a job, whatever its devices. */
export const mayHave = (type: JobType, firmware: FirmwareRecord, scope: Scope): Allowed =>
  type === 'verify' ? canVerifyWith(new Set(scope.deviceKeys).size, firmware.verification) : true

const add = <K>(counts: Map<K, number>, key: K): Map<K, number> => counts.set(key, (counts.get(key) ?? 0) + 1)

interface Previewing {
  now: number
  /** Told of the devices as they are looked at. */
  watch: Watch
}

/** Counts what a job of this scope would take, by the rules that the job itself will use; saves nothing. */
export async function previewOf(
  read: EngineReads,
  firmware: FirmwareRecord,
  { type, scope, policy = PLAIN_POLICY }: Omit<PreviewAsk, 'firmwareId'>,
  { now, watch }: Previewing,
): Promise<Preview> {
  const excluded = new Map<ExcludedReason, number>()
  const versions = new Map<string, number>()
  const total = { seen: 0, matched: 0, online: 0, overlapping: 0 }
  for await (const devices of asked(read, firmware.productKey, scope, watch)) {
    const taken: string[] = []
    total.seen += devices.length
    for (const device of devices) {
      const reason = leftOut(scope, device, firmware.version)
      if (reason !== null) add(excluded, reason)
      else {
        taken.push(device.id)
        add(versions, device.reportedVersion ?? '')
        if (device.connected) total.online += 1
      }
    }
    total.matched += taken.length
    total.overlapping += (await read.wanted(taken, null)).size
  }
  const unknown = ((await namedBy(read, firmware.productKey, scope)) ?? 0) - total.seen
  if (unknown > 0) excluded.set('unknownKey', unknown)
  const byVersion = [...versions].map(([version, count]) => ({ version, count })).toSorted((a, b) => b.count - a.count)
  return {
    matched: total.matched,
    excluded: [...excluded].map(([reason, count]) => ({ reason, count })),
    byVersion,
    byConnection: { online: total.online, offline: total.matched - total.online },
    overlapping: total.overlapping,
    warnings: warnings(type, firmware, { scope, policy, byVersion, devices: total.matched }),
    forecast: foreseen(policyOfType(type, policy), total.matched, now),
  }
}

interface Planned {
  scope: Scope
  policy: Policy
  byVersion: Preview['byVersion']
  devices: number
}

/** The sentences with which creating or starting the job would be refused as things stand, and what may be regretted. */
function warnings(type: JobType, firmware: FirmwareRecord, planned: Planned): Preview['warnings'] {
  const { scope, policy, byVersion, devices } = planned
  const refusals: (readonly [path: string, answer: Allowed])[] = [
    ['scope', mayHave(type, firmware, scope)],
    ['firmwareId', type === 'upgrade' ? mayUpgradeWith(firmware) : true],
  ]
  const refused = refusals.flatMap(([path, answer]) =>
    answer === true ? [] : [{ code: answer.code, path, title: answer.title }],
  )
  // a verification is small and watched: what a rollout may regret does not matter to it
  const told = type === 'verify' ? [] : lintPolicy(policy, devices)
  const older = warnOfOlderTarget(firmware.version, byVersion)
  return [...refused, ...older, ...told.map((warning) => ({ ...warning, path: `policy.${warning.path}` }))]
}

function foreseen(policy: Policy, devices: number, now: number): Preview['forecast'] {
  const range = devices === 0 ? null : forecast(policy, devices, boundsOf(policy), now)
  const iso = (at: number): string => new Date(at).toISOString()
  return range && { earliest: iso(range.earliest), latest: iso(range.latest) }
}
