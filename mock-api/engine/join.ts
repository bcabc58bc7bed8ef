import { totalOf } from '#domain/job.ts'
import { isDescribedBy } from '#domain/targeting.ts'
import { newTask } from '#domain/task.ts'
import { placeInWave } from '#domain/wave-progress.ts'
import { waveEnds, waveOf } from '#domain/waves.ts'
import { clock } from '#mock-api/clock.ts'
import { apply } from '#mock-api/engine/apply.ts'
import { db } from '#mock-api/db.ts'
import { countsOf, firmwareOf, tasksOfDevice } from '#mock-api/find.ts'
import { announce } from '#mock-api/live.ts'
import { joinLine } from '#mock-api/log-lines.ts'
import { record } from '#mock-api/log.ts'
import { hasList, matching } from '#mock-api/preview.ts'
import type { DeviceRow, JobRow, LogRow, TaskRow } from '#mock-api/world.ts'

export const taskOf = ({ id: jobId }: JobRow, { id, deviceKey, currentVersion }: DeviceRow, wave = 0): TaskRow => ({
  ...newTask(currentVersion),
  jobId,
  deviceId: id,
  deviceKey,
  updatedAt: clock.now(),
  ratedIn: null,
  wave,
})

/** Unfinished jobs of the device's product whose list is still open. */
const growingFor = ({ productKey: asked }: DeviceRow): JobRow[] =>
  db.jobs.filter(
    ({ productKey, policy, scope, state }) =>
      productKey === asked &&
      policy.list === 'incremental' &&
      state !== 'completed' &&
      // it may have been deleted while the job was over, and the job goes on because a device was retried
      hasList(scope),
  )

/** An edited device that open lists do not describe any more leaves those in which it still waits. */
export function leaveGrowing(device: DeviceRow, actor: LogRow['actor'], at: number): void {
  const left = new Set(growingFor(device).flatMap(({ id, scope }) => (isDescribedBy(scope, device) ? [] : [id])))
  for (const task of tasksOfDevice(device.id))
    if (left.has(task.jobId) && task.status === 'init')
      apply(task, { type: 'skip', at, reason: 'noLongerMatches' }, actor)
}

/** The device joins every job of its product whose list is still open and whose scope it matches now. */
export function joinGrowing(device: DeviceRow, at: number): void {
  for (const job of growingFor(device)) {
    if (!matching(firmwareOf(job), job.scope).includes(device)) continue
    const known = tasksOfDevice(device.id).find(({ jobId }) => jobId === job.id)
    if (known) {
      apply(known, { type: 'rejoin', at, sourceVersion: device.currentVersion })
      continue
    }
    const wave = waveOf(waveEnds(job.policy.waves, totalOf(countsOf(job.id))), job.id, device.id)
    const task = taskOf(job, device, wave)
    db.tasks.push(task)
    job.waveState = placeInWave(job.waveState, wave, task)
    record(joinLine(job, device), at)
    announce({ kind: 'job', orgId: job.orgId, jobId: job.id })
  }
}
