import { Scope, type JobState, type JobType } from '#contract/manage/jobs.ts'
import { Policy } from '#contract/manage/policies.ts'
import { beginSample } from '#domain/halt.ts'
import { NO_PACE } from '#domain/pace.ts'
import { ONE_WAVE } from '#domain/wave-progress.ts'
import { newTask, type TaskFacts } from '#domain/task-facts.ts'
import { iso, isoOrNull } from '#mock-api/clock.ts'
import type { DeviceRow, JobRow, TaskRow } from '#mock-api/world.ts'

import { METER } from './fleet.ts'
import { firmwareIds } from './firmware.ts'
import { id } from './ids.ts'
import { orgs, people } from './people.ts'

const HOUR = 3_600_000
const TIMEOUT_MS = 7_200_000

/** Named in specs. */
export const jobIds = {
  completed: id.job(1),
  verified: id.job(2),
  started: id.job(3),
  stopped: id.job(4),
  verificationFailed: id.job(5),
  verifying: id.job(6),
  ofDeleted: id.job(7),
} as const

type Told = Partial<TaskFacts>

const seen = (now: number) => ({ publishedAt: now - HOUR, pushedAt: now - HOUR, pushes: 1, via: 'push' }) as const
const under = (now: number) => ({ ...seen(now), deadlineAt: now + TIMEOUT_MS }) as const

const waiting: Told = {}
const pushed = (now: number): Told => ({ ...under(now), status: 'published', deadlineKind: 'answer' })
const halfway = (now: number, progress: number): Told => ({
  ...under(now),
  status: 'upgrading',
  progress,
  progressText: 'Downloading',
  upgradingAt: now - HOUR,
  lastReportAt: now - HOUR,
  deadlineKind: 'finish',
})
const installed = (now: number): Told => ({
  ...halfway(now, 100),
  progressText: 'Written',
  installed: true,
  installedAt: now - HOUR,
})
const done = (now: number): Told => ({ ...seen(now), status: 'succeeded', progress: 100, proof: 'restarted' })
const failure = (now: number, kind: NonNullable<TaskFacts['failure']>): Told => ({
  ...seen(now),
  status: 'failed',
  failure: kind,
})
const cancelled: Told = { status: 'skipped', skipReason: 'cancelled' }

interface Plan {
  id: string
  type: JobType
  name: string
  state: JobState
  firmwareId: string
  versions?: string[]
  ageHours: number
  tasks: Record<string, Told>
}

const each = (keys: readonly string[], told: Told): Record<string, Told> =>
  Object.fromEntries(keys.map((key) => [key, told]))
const meters = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, n) => `meter-${String(from + n).padStart(3, '0')}`)

const plans = (now: number): Plan[] => [
  {
    id: jobIds.completed,
    type: 'upgrade',
    name: 'north-rollout',
    state: 'completed',
    firmwareId: firmwareIds.verified,
    ageHours: 200,
    tasks: {
      ...each(meters(34, 40), done(now)),
      'meter-001': failure(now, 'download'),
      'meter-002': failure(now, 'fellBack'),
      'meter-003': cancelled,
    },
  },
  {
    id: jobIds.verified,
    type: 'verify',
    name: 'verify-1.5',
    state: 'completed',
    firmwareId: firmwareIds.verified,
    ageHours: 220,
    tasks: { 'meter-033': done(now) },
  },
  {
    id: jobIds.started,
    type: 'upgrade',
    name: 'night-rollout',
    state: 'started',
    firmwareId: firmwareIds.verified,
    ageHours: 5,
    tasks: {
      'meter-007': waiting,
      'meter-014': waiting,
      'silent-001': pushed(now),
      'stalls-001': halfway(now, 40),
      'waits-for-restart-001': installed(now),
      'fails-download-001': failure(now, 'download'),
      'meter-040': done(now),
    },
  },
  {
    id: jobIds.stopped,
    type: 'upgrade',
    name: 'weekend-rollout',
    state: 'stopped',
    firmwareId: firmwareIds.verified,
    versions: ['1.3.0'],
    ageHours: 30,
    tasks: each(meters(21, 32), waiting),
  },
  {
    id: jobIds.verificationFailed,
    type: 'verify',
    name: 'verify-1.6-rc',
    state: 'completed',
    firmwareId: firmwareIds.verificationFailed,
    ageHours: 100,
    tasks: { 'meter-004': failure(now, 'fellBack') },
  },
  {
    id: jobIds.verifying,
    type: 'verify',
    name: 'verify-2.0',
    state: 'started',
    firmwareId: firmwareIds.verifying,
    ageHours: 2,
    tasks: { 'stalls-002': halfway(now, 10) },
  },
  {
    id: jobIds.ofDeleted,
    type: 'upgrade',
    name: 'first-rollout',
    state: 'completed',
    firmwareId: firmwareIds.deleted,
    ageHours: 1_500,
    tasks: each(meters(21, 23), done(now)),
  },
]

const BY = { id: people.operator.id, name: people.operator.name }

function job({ tasks, versions = [], ageHours, ...plan }: Plan, now: number): JobRow {
  const createdAt = now - ageHours * HOUR
  const { state, type } = plan
  return {
    ...plan,
    orgId: orgs.hdb.id,
    productKey: METER,
    scope: Scope.parse({ versions, deviceKeys: type === 'verify' ? Object.keys(tasks) : [] }),
    policy: Policy.parse({ halt: null, timeoutSeconds: TIMEOUT_MS / 1_000 }),
    policyId: null,
    halt: beginSample(1),
    pace: NO_PACE,
    supersede: false,
    waveState: ONE_WAVE,
    haltReason: null,
    approvalAskedBy: null,
    createdBy: BY,
    createdAt: iso(createdAt),
    startedAt: isoOrNull(state === 'stopped' ? null : createdAt + 60_000),
    endedAt: isoOrNull(state === 'completed' ? createdAt + HOUR : null),
    version: 1,
  }
}

export const seedJobs = (now: number): JobRow[] => plans(now).map((plan) => job(plan, now))

export function seedTasks(now: number, devices: readonly DeviceRow[]): TaskRow[] {
  const byKey = new Map(devices.map((device) => [device.deviceKey, device]))
  return plans(now).flatMap(({ id: jobId, tasks }) =>
    Object.entries(tasks).map(([deviceKey, told]): TaskRow => {
      const device = byKey.get(deviceKey)
      if (!device) throw new Error(`The seed names ${deviceKey}, which is no device of it`)
      return {
        ...newTask(told.status === 'succeeded' ? '1.4.0' : device.currentVersion),
        ...told,
        ...(told.publishedAt && {
          pushSessionId: device.session?.id ?? null,
          progressSessionId: device.session?.id ?? null,
        }),
        jobId,
        deviceId: device.id,
        deviceKey,
        updatedAt: now - HOUR,
        ratedIn: null,
        wave: 0,
      }
    }),
  )
}
