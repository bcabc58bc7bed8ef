import type { Verdict } from '#contract/manage/devices.ts'
import { decide, type Decision } from '#domain/gates.ts'
import { isOpen } from '#domain/task.ts'

import { isoOrNull } from './clock.ts'
import { db } from './db.ts'
import { deviceById, firmwareOf, jobById, tasksOf } from './find.ts'
import type { JobRow, TaskRow } from './world.ts'

/** Asks the one chain of gates about a task. @param now epoch milliseconds */
export function decisionOn(task: TaskRow, job: JobRow, now: number): Decision {
  const device = deviceById(task.deviceId)
  const busy = db.tasks.find((other) => other.deviceId === task.deviceId && other !== task && isOpen(other))
  return decide({
    now,
    job: {
      state: job.state,
      policy: job.policy,
      versions: job.scope.versions,
      targetVersion: firmwareOf(job).version,
    },
    device: { enabled: device.enabled, reportedVersion: device.currentVersion, reachable: device.session !== null },
    task,
    busyWith: busy ? jobById(busy.jobId).name : null,
    underWay: tasksOf(job.id).filter(isOpen).length,
  })
}

export function verdictOf(task: TaskRow, job: JobRow, now: number): Verdict {
  const decision = decisionOn(task, job, now)
  if (decision.go)
    return { go: true, gate: null, reason: 'Nothing holds the device back: it goes next.', opensAt: null }
  return { go: false, gate: decision.gate, reason: decision.reason, opensAt: isoOrNull(decision.opensAt) }
}
