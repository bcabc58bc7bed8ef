import type { Verdict } from '#contract/manage/devices.ts'
import { decide, type Decision } from '#domain/gates.ts'
import { roomOf } from '#domain/halt.ts'
import { paceOpensAt } from '#domain/pace.ts'
import { waveOpen } from '#domain/wave-progress.ts'
import { opensAt } from '#domain/window.ts'
import { isOffered, isOpen } from '#domain/task.ts'

import { isoOrNull } from './clock.ts'
import { db } from './db.ts'
import { countsOf, deviceById, firmwareOf, jobById, tasksOf } from './find.ts'
import type { JobRow, TaskRow } from './world.ts'

/** Asks the one chain of gates about a task. @param now epoch milliseconds @param via request when the device asks */
export function decisionOn(task: TaskRow, job: JobRow, now: number, via: 'push' | 'request' = 'push'): Decision {
  const device = deviceById(task.deviceId)
  const busy = db.tasks.find((other) => other.deviceId === task.deviceId && other !== task && isOpen(other))
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
    ...roomOf(job.policy, {
      sample: job.halt.sample,
      counts: countsOf(job.id),
      offered: tasksOf(job.id).filter(isOffered).length,
    }),
  })
}

export function verdictOf(task: TaskRow, job: JobRow, now: number): Verdict {
  const decision = decisionOn(task, job, now)
  if (decision.go)
    return { go: true, gate: null, reason: 'Nothing holds the device back: it goes next.', opensAt: null }
  return { go: false, gate: decision.gate, reason: decision.reason, opensAt: isoOrNull(decision.opensAt) }
}
