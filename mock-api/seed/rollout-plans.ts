import type { FailureKind } from '#contract/manage/failure.ts'
import type { JobState, JobType } from '#contract/manage/jobs.ts'
import type { Policy } from '#contract/manage/policies.ts'
import { iso } from '#mock-api/clock.ts'

import { firmwareIds } from './firmware.ts'
import { id } from './ids.ts'
import type { people } from './people.ts'
import { policyIds } from './policies.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
/** Of Singapore, which keeps no summer time. */
const ZONE_MS = 8 * HOUR

/** Named in specs; jobs of the large fleets, one in every state that a job can be in. */
export const rolloutIds = {
  /** Waves under way, and devices that move while one watches. */
  waves: id.job(101),
  /** Stopped by its halt rule. */
  halted: id.job(102),
  awaitingApproval: id.job(103),
  /** Started, and its start time is yet to come. */
  scheduled: id.job(104),
  /** Started, and its window is closed now. */
  closedWindow: id.job(105),
  /** Stopped by a person in mid-way. */
  stoppedHalfway: id.job(106),
  /** Completed, and some failed. */
  withFailures: id.job(107),
  /** Completed, and every device succeeded. */
  allGood: id.job(108),
  /** Ended by a person before every device had its turn. */
  endedEarly: id.job(109),
} as const

export interface RolloutPlan {
  id: string
  type: JobType
  name: string
  state: JobState
  firmwareId: string
  by: keyof typeof people
  policy: Parameters<typeof Policy.parse>[0]
  policyId?: string
  ageHours: number
  /** How long it took; only of those that are completed. */
  tookHours?: number
  /** Number of the last wave that is open, from 0. */
  openedWave?: number
  /** Share of the open wave that has had its turn. */
  begun: number
  /** Devices under way now. */
  underWay?: number
  /** Share that failed of those that ended. */
  failed?: number
  kinds?: readonly FailureKind[]
  /** What made the halt rule, or a person, stop it. */
  why?: string
}

const MIXED: readonly FailureKind[] = ['download', 'download', 'noAnswer', 'timedOut', 'fellBack', 'verification']
const gate = { successPercent: 95, sample: 20, soakMinutes: 30 }
const waves = [{ upToDevices: 20, gate }, { upToPercent: 10, gate }, { upToPercent: 100 }]

/** A window that opens in five hours, whatever the time is now. */
function laterToday(now: number) {
  const clock = (hoursAhead: number): string => iso(now + ZONE_MS + hoursAhead * HOUR).slice(11, 16)
  return { from: clock(5), to: clock(9) }
}

const verified = (
  n: number,
  name: string,
  firmwareId: string,
  by: RolloutPlan['by'],
  ageDays: number,
): RolloutPlan => ({
  id: id.job(n),
  type: 'verify',
  name,
  state: 'completed',
  firmwareId,
  by,
  policy: { halt: null },
  ageHours: ageDays * 24,
  tookHours: 1,
  begun: 1,
})

/** Oldest first: each finds the devices as the ones before it have left them. */
export const rolloutPlans = (now: number): RolloutPlan[] => [
  verified(120, 'verify-pump-1.7', firmwareIds.pump17, 'operator', 89),
  {
    id: rolloutIds.endedEarly,
    type: 'upgrade',
    name: 'pumps-1.7',
    state: 'completed',
    firmwareId: firmwareIds.pump17,
    by: 'operator',
    policy: { pacePerMinute: 10 },
    ageHours: 88 * 24,
    tookHours: 52,
    begun: 0.7,
    failed: 0.04,
    kinds: MIXED,
  },
  verified(121, 'verify-solar-2.4', firmwareIds.solar24, 'operator', 74),
  {
    id: rolloutIds.allGood,
    type: 'upgrade',
    name: 'solar-2.4',
    state: 'completed',
    firmwareId: firmwareIds.solar24,
    by: 'admin',
    policy: {},
    ageHours: 73 * 24,
    tookHours: 30,
    begun: 1,
  },
  verified(122, 'verify-light-2.1', firmwareIds.light21, 'operator', 61),
  {
    id: rolloutIds.withFailures,
    type: 'upgrade',
    name: 'corridor-lights-2.1',
    state: 'completed',
    firmwareId: firmwareIds.light21,
    by: 'operator',
    policy: { waves, concurrency: 100 },
    ageHours: 60 * 24,
    tookHours: 75,
    openedWave: 2,
    begun: 1,
    failed: 0.026,
    kinds: MIXED,
  },
  verified(123, 'verify-leak-1.1', firmwareIds.leak11, 'water', 32),
  {
    id: id.job(110),
    type: 'upgrade',
    name: 'leak-loggers-1.1',
    state: 'completed',
    firmwareId: firmwareIds.leak11,
    by: 'water',
    policy: {},
    ageHours: 31 * 24,
    tookHours: 90,
    begun: 1,
    failed: 0.05,
    kinds: MIXED,
  },
  verified(124, 'verify-water-7', firmwareIds.water70, 'water', 17),
  {
    id: id.job(111),
    type: 'upgrade',
    name: 'water-meters-7',
    state: 'started',
    firmwareId: firmwareIds.water70,
    by: 'water',
    policy: { waves, pacePerMinute: 20 },
    ageHours: 20,
    openedWave: 2,
    begun: 0.4,
    underWay: 9,
    failed: 0.02,
    kinds: MIXED,
  },
  verified(125, 'verify-rain-4.2', firmwareIds.rain42, 'neighbour', 14),
  {
    id: id.job(112),
    type: 'upgrade',
    name: 'rain-gauges-4.2',
    state: 'started',
    firmwareId: firmwareIds.rain42,
    by: 'neighbour',
    policy: { pacePerMinute: 10 },
    ageHours: 9,
    begun: 0.6,
    underWay: 4,
    failed: 0.03,
    kinds: MIXED,
  },
  verified(126, 'verify-solar-3.0', firmwareIds.solar30, 'operator', 11),
  {
    id: rolloutIds.closedWindow,
    type: 'upgrade',
    name: 'solar-3.0-nights',
    state: 'started',
    firmwareId: firmwareIds.solar30,
    by: 'operator',
    policy: { window: laterToday(now), concurrency: 40 },
    ageHours: 62,
    begun: 0.45,
    failed: 0.03,
    kinds: MIXED,
  },
  verified(127, 'verify-light-2.2', firmwareIds.light22, 'operator', 8),
  {
    id: rolloutIds.stoppedHalfway,
    type: 'upgrade',
    name: 'lights-trial',
    state: 'stopped',
    firmwareId: firmwareIds.light22,
    by: 'operator',
    policy: { concurrency: 10 },
    ageHours: 7 * 24,
    begun: 0.05,
    failed: 0.02,
    kinds: ['download'],
  },
  {
    id: rolloutIds.waves,
    type: 'upgrade',
    name: 'corridor-lights-2.2',
    state: 'started',
    firmwareId: firmwareIds.light22,
    by: 'operator',
    policy: { waves, pacePerMinute: 30, retry: { attempts: 1, kinds: ['download'] } },
    ageHours: 26,
    openedWave: 1,
    begun: 0.3,
    underWay: 6,
    failed: 0.03,
    kinds: ['download', 'noAnswer'],
  },
  verified(128, 'verify-bin-1.3', firmwareIds.bin13, 'neighbour', 6),
  {
    id: id.job(113),
    type: 'upgrade',
    name: 'bins-1.3',
    state: 'halted',
    firmwareId: firmwareIds.bin13,
    by: 'neighbour',
    policy: { concurrency: 50 },
    ageHours: 30,
    begun: 0.06,
    failed: 0.3,
    kinds: ['timedOut', 'timedOut', 'noAnswer'],
  },
  verified(129, 'verify-pump-1.9', firmwareIds.pump19, 'operator', 5),
  {
    id: rolloutIds.halted,
    type: 'upgrade',
    name: 'pumps-1.9',
    state: 'halted',
    firmwareId: firmwareIds.pump19,
    by: 'operator',
    policy: { halt: { failurePercent: 20, sample: 40 } },
    ageHours: 4,
    begun: 0.16,
    failed: 0.24,
    kinds: ['writing', 'writing', 'writing', 'fellBack', 'download'],
  },
  verified(130, 'verify-air-2.0', firmwareIds.air20, 'neighbour', 3),
  {
    id: id.job(114),
    type: 'upgrade',
    name: 'air-stations-2.0',
    state: 'awaitingApproval',
    firmwareId: firmwareIds.air20,
    by: 'neighbour',
    policy: { approval: true },
    ageHours: 3,
    begun: 0,
  },
  {
    id: rolloutIds.awaitingApproval,
    type: 'upgrade',
    name: 'lights-2.2-all',
    state: 'awaitingApproval',
    firmwareId: firmwareIds.light22,
    by: 'operator',
    policy: { approval: true, pacePerMinute: 30 },
    policyId: policyIds.twoPersons,
    ageHours: 2,
    begun: 0,
  },
  {
    id: rolloutIds.scheduled,
    type: 'upgrade',
    name: 'solar-3.0-rest',
    state: 'started',
    firmwareId: firmwareIds.solar30,
    by: 'admin',
    policy: { startAt: iso(now + 2 * DAY) },
    ageHours: 1,
    begun: 0,
  },
]
