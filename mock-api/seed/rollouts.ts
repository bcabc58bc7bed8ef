import { Scope } from '#contract/manage/jobs.ts'
import { Policy } from '#contract/manage/policies.ts'
import { beginSample, countResult, haltReason } from '#domain/halt.ts'
import { NO_PACE } from '#domain/pace.ts'
import { ONE_WAVE, recountWaves } from '#domain/wave-progress.ts'
import { cutWaves } from '#domain/waves.ts'
import { iso } from '#mock-api/clock.ts'
import { behaviourOf } from '#mock-api/engine/behaviour.ts'
import { lookup } from '#mock-api/lookup.ts'
import type { Appointment, DeviceRow, FirmwareRow, JobRow, TaskRow } from '#mock-api/world.ts'

import { chance } from './chance.ts'
import { people } from './people.ts'
import { rolloutPlans, type RolloutPlan } from './rollout-plans.ts'
import { taskAs, type Turn } from './rollout-tasks.ts'

const HOUR = 3_600_000
const MINUTE = 60_000
/** Devices of a verification. */
const VERIFIED_ON = 3

interface Rollouts {
  jobs: JobRow[]
  tasks: TaskRow[]
  agenda: Appointment[]
}

/** Jobs of the large fleets. Devices that succeeded run the new version from then on. */
export function seedRollouts(now: number, firmware: readonly FirmwareRow[], devices: readonly DeviceRow[]): Rollouts {
  const fleetOf = lookup(
    () => devices,
    ({ productKey }) => productKey,
  )
  const made = rolloutPlans(now).map((plan, n) => {
    const of = firmware.find(({ id }) => id === plan.firmwareId)
    if (!of) throw new Error(`The seed has no firmware for ${plan.name}`)
    return rollout(plan, { now, firmware: of, fleet: fleetOf(of.productKey), random: chance(n + 1) })
  })
  return {
    jobs: made.map(({ job }) => job),
    tasks: made.flatMap(({ tasks }) => tasks),
    agenda: made.flatMap(({ tasks }) => tasks.flatMap((task) => goingOn(task, now))),
  }
}

interface Ground {
  now: number
  firmware: FirmwareRow
  fleet: readonly DeviceRow[]
  random: () => number
}

function rollout(plan: RolloutPlan, ground: Ground): { job: JobRow; tasks: TaskRow[] } {
  const policy = Policy.parse(plan.policy)
  const taken = takenBy(plan, ground)
  const waveOf = policy.waves.length < 2 ? new Map<string, number>() : cutWaves(policy.waves, plan.id, idsOf(taken))
  const tasks = taskList(plan, ground, { taken, waveOf })
  return { job: jobOf(plan, ground, { policy, tasks }), tasks }
}

const idsOf = (rows: readonly { id: string }[]): string[] => rows.map(({ id }) => id)

function takenBy({ type }: RolloutPlan, { firmware, fleet }: Ground): DeviceRow[] {
  const old = fleet.filter(
    ({ currentVersion, enabled }) => enabled && currentVersion !== null && currentVersion !== firmware.version,
  )
  return type === 'upgrade' ? old : old.filter(({ session }) => session !== null).slice(0, VERIFIED_ON)
}

interface Taken {
  taken: readonly DeviceRow[]
  waveOf: ReadonlyMap<string, number>
}

function taskList(plan: RolloutPlan, { now, firmware, random }: Ground, { taken, waveOf }: Taken): TaskRow[] {
  const { openedWave = 0, begun, failed = 0, kinds = [], state } = plan
  let left = plan.underWay ?? 0
  const turn: Turn = { now, random, endedBy: endOf(plan, now), begunAt: now - plan.ageHours * HOUR + MINUTE }
  const reportedAt = iso(turn.endedBy)
  return taken.map((device) => {
    const wave = waveOf.get(device.id) ?? 0
    const hasTurn = wave < openedWave || (wave === openedWave && random() < begun)
    // whoever is offline now waits, unless the job is over and had them while they were there
    const isReached = hasTurn && (state === 'completed' || device.session !== null)
    const isUnderWay = isReached && wave === openedWave && left > 0
    if (isUnderWay) left--
    const before = device.currentVersion
    const how = isUnderWay ? 'underWay' : isReached ? (random() < failed ? 'failed' : 'done') : restOf(plan)
    if (how === 'done') {
      device.currentVersion = firmware.version
      device.versionReportedAt = reportedAt
    }
    const kind = kinds[Math.floor(random() * kinds.length)] ?? 'download'
    return taskAs(how, { turn, kind, device, before, jobId: plan.id, wave })
  })
}

/** What became of devices that had no turn. */
const restOf = ({ state }: RolloutPlan): 'waiting' | 'ended' => (state === 'completed' ? 'ended' : 'waiting')

/** When the last of its devices ended, as far as they have. */
const endOf = ({ ageHours, tookHours }: RolloutPlan, now: number): number =>
  tookHours === undefined ? now - 5 * MINUTE : now - (ageHours - tookHours) * HOUR

/** What a task has shown before anything happened to it. */
const WAITING = { status: 'init', failure: null, alreadyThere: false } as const

interface Made {
  policy: Policy
  tasks: readonly TaskRow[]
}

function jobOf(plan: RolloutPlan, { now, firmware }: Ground, { policy, tasks }: Made): JobRow {
  const { state, type, ageHours, openedWave = 0 } = plan
  const by = { id: people[plan.by].id, name: people[plan.by].name }
  const createdAt = now - ageHours * HOUR
  const halt = tasks.reduce(
    (sum, after) => countResult(sum, { before: WAITING, after, ratedIn: null }).halt,
    beginSample(1),
  )
  const waveState =
    policy.waves.length < 2
      ? ONE_WAVE
      : {
          ...recountWaves(
            policy.waves,
            tasks.map((task) => ({ wave: task.wave, facts: task })),
          ),
          opened: openedWave,
        }
  return {
    id: plan.id,
    orgId: firmware.orgId,
    type,
    name: plan.name,
    state,
    firmwareId: plan.firmwareId,
    productKey: firmware.productKey,
    scope: Scope.parse({ deviceKeys: type === 'verify' ? tasks.map(({ deviceKey }) => deviceKey) : [] }),
    policy,
    policyId: plan.policyId ?? null,
    halt,
    pace: NO_PACE,
    supersede: false,
    waveState,
    haltReason: state === 'halted' ? haltReason(policy.halt, halt.sample) : null,
    approvalAskedBy: state === 'awaitingApproval' ? by : null,
    createdBy: by,
    createdAt: iso(createdAt),
    startedAt: state === 'awaitingApproval' ? null : iso(createdAt + MINUTE),
    endedAt: state === 'completed' ? iso(endOf(plan, now)) : null,
    version: 1,
  }
}

/** What the devices under way will do next, so that they do not stand still. */
function goingOn({ status, jobId, deviceId, deviceKey, attempt, progress }: TaskRow, now: number): Appointment[] {
  if (status !== 'published' && status !== 'upgrading') return []
  const left = behaviourOf(deviceKey, attempt).filter(
    ({ act }) => act.does !== 'progress' || act.step > (progress ?? -1),
  )
  return left.map(({ after, act }) => ({ at: now + 1_000 + after * 4, jobId, deviceId, attempt, act }))
}
