import type { Verdict } from '#contract/manage/devices.ts'
import { behind, decide, isNext, type Decision } from '#domain/gates.ts'
import { roomOf } from '#domain/halt.ts'
import { paceOpensAt } from '#domain/pace.ts'
import { waveOpen } from '#domain/wave-progress.ts'
import { opensAt } from '#domain/window.ts'
import { isOffered, isOpen } from '#domain/task.ts'

import { isoOrNull } from './clock.ts'
import { countsOf, deviceById, firmwareOf, jobById, tasksOf, tasksOfDevice } from './find.ts'
import type { JobRow, TaskRow } from './world.ts'

type Room = ReturnType<typeof roomOf>

/** How many devices of the job may be under way, and how many are; whoever asks about many devices reads it once. */
export const roomIn = ({ id, policy, halt }: JobRow): Room =>
  roomOf(policy, { sample: halt.sample, counts: countsOf(id), offered: tasksOf(id).filter(isOffered).length })

/** Asks the one chain of gates about a task. @param now epoch milliseconds @param via request when the device asks */
export function decisionOn(
  task: TaskRow,
  job: JobRow,
  now: number,
  { via = 'push', room = roomIn(job) }: { via?: 'push' | 'request'; room?: Room } = {},
): Decision {
  const device = deviceById(task.deviceId)
  const busy = tasksOfDevice(task.deviceId).find((other) => other !== task && isOpen(other))
  return decide({
    now,
    via,
    job: {
      state: job.state,
      policy: job.policy,
      versions: job.scope.versions,
      targetVersion: firmwareOf(job).version,
      haltReason: job.haltReason,
    },
    device: { enabled: device.enabled, reportedVersion: device.currentVersion, reachable: device.session !== null },
    task,
    busyWith: busy ? jobById(busy.jobId).name : null,
    wave: waveOpen(job.waveState, job.policy.waves, { wave: task.wave, now }),
    windowOpensAt: opensAt(job.policy.window, now),
    paceOpensAt: paceOpensAt(job.policy.pacePerMinute, job.pace, now),
    ...room,
  })
}

/** Whether the gates may let it go at all; cheap, for most of a large job is not there or not yet in its wave. */
export const isCandidate = ({ status, wave, deviceId }: TaskRow, { state, waveState }: JobRow): boolean =>
  status === 'init' && state === 'started' && wave <= waveState.opened && deviceById(deviceId).session !== null

/** The older job that takes the device first, where there is one. */
const olderOf = (task: TaskRow, job: JobRow, now: number): JobRow | undefined =>
  tasksOfDevice(task.deviceId)
    .filter(({ status, jobId }) => status === 'init' && jobId !== job.id)
    .filter((other) => isNext(decisionOn(other, jobById(other.jobId), now)))
    .map(({ jobId }) => jobById(jobId))
    .filter(({ createdAt }) => createdAt < job.createdAt)
    .toSorted((a, b) => (a.createdAt < b.createdAt ? -1 : 1))[0]

export function verdictOf(task: TaskRow, job: JobRow, now: number): Verdict {
  const own = decisionOn(task, job, now)
  const older = isNext(own) ? olderOf(task, job, now) : undefined
  const decision = older ? behind(older.name) : own
  if (decision.go)
    return { go: true, gate: null, reason: 'Nothing holds the device back: it goes next.', opensAt: null }
  return { go: false, gate: decision.gate, reason: decision.reason, opensAt: isoOrNull(decision.opensAt) }
}
