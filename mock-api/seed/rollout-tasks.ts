import type { FailureKind } from '#contract/manage/failure.ts'
import { newTask, type TaskFacts } from '#domain/task-facts.ts'
import type { DeviceRow, TaskRow } from '#mock-api/world.ts'

const MINUTE = 60_000
const TIMEOUT_MS = 120 * MINUTE

/** The frame in which the devices of a job had their turns. Times are epoch milliseconds. */
export interface Turn {
  now: number
  random: () => number
  begunAt: number
  endedBy: number
}

interface Fate {
  turn: Turn
  kind: FailureKind
  device: DeviceRow
  /** The version that the device ran before. */
  before: string | null
  jobId: string
  wave: number
}

const SAYINGS: Partial<Record<FailureKind, string>> = {
  download: 'connection reset after 12 %',
  writing: 'flash sector 12 is worn',
  verification: 'digest differs',
}

type How = 'waiting' | 'underWay' | 'done' | 'failed' | 'ended'
type Facts = Partial<TaskFacts> & { updatedAt: number }

const FATES: Readonly<Record<How, (fate: Fate) => Facts>> = {
  waiting: ({ turn: { begunAt } }) => ({ updatedAt: begunAt }),
  ended: ({ turn: { endedBy } }) => ({ status: 'skipped', skipReason: 'jobEnded', updatedAt: endedBy }),
  done: (fate) => ({ ...over(fate), status: 'succeeded', progress: 100, proof: 'restarted' }),
  failed: (fate) => ({ ...over(fate), status: 'failed', failure: fate.kind, failureText: SAYINGS[fate.kind] ?? '' }),
  underWay: (fate) => underWay(fate),
}

function over({ device, turn: { random, begunAt, endedBy } }: Fate): Facts {
  const at = begunAt + random() * Math.max(0, endedBy - begunAt)
  return { ...pushed(device, at - 4 * MINUTE), updatedAt: at }
}

const pushed = ({ session }: DeviceRow, at: number): Partial<TaskFacts> => ({
  publishedAt: at,
  pushedAt: at,
  pushes: 1,
  via: 'push',
  pushSessionId: session?.id ?? null,
})

function underWay({ device, turn: { now, random } }: Fate): Facts {
  const at = now - random() * 3 * MINUTE
  const told = { ...pushed(device, at), deadlineAt: at + TIMEOUT_MS, updatedAt: at }
  if (random() < 0.3) return { ...told, status: 'published', deadlineKind: 'answer' }
  return {
    ...told,
    status: 'upgrading',
    progress: Math.floor(random() * 70),
    progressText: 'Downloading',
    progressSessionId: device.session?.id ?? null,
    upgradingAt: at,
    lastReportAt: at,
    deadlineKind: 'finish',
  }
}

/** A device in a job, as it fared there. */
export function taskAs(how: How, fate: Fate): TaskRow {
  const { device, before, jobId, wave } = fate
  const facts = FATES[how](fate)
  const isRated = facts.status === 'succeeded' || (facts.status === 'failed' && facts.failure !== 'refused')
  const row = { jobId, wave, deviceId: device.id, deviceKey: device.deviceKey, ratedIn: isRated ? 1 : null }
  // thousands of them: assigned to one object, which takes half the time of spreading into new ones
  return Object.assign(newTask(before), facts, row)
}
