import { totalOf } from '#domain/job.ts'
import { newTask } from '#domain/task.ts'
import { joinWave } from '#domain/wave-progress.ts'
import { waveEnds, waveOf } from '#domain/waves.ts'
import { clock } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { countsOf, firmwareOf, tasksOf } from '#mock-api/find.ts'
import { announce } from '#mock-api/live.ts'
import { joinLine } from '#mock-api/log-lines.ts'
import { record } from '#mock-api/log.ts'
import { matching } from '#mock-api/preview.ts'
import type { DeviceRow, JobRow, TaskRow } from '#mock-api/world.ts'

export const taskOf = ({ id: jobId }: JobRow, { id, deviceKey, currentVersion }: DeviceRow, wave = 0): TaskRow => ({
  ...newTask(currentVersion),
  jobId,
  deviceId: id,
  deviceKey,
  updatedAt: clock.now(),
  ratedIn: null,
  wave,
})

/** The device joins every job of its product whose list is still open and whose scope it matches now. */
export function joinGrowing(device: DeviceRow, at: number): void {
  const growing = db.jobs.filter(
    ({ productKey, policy, state }) =>
      productKey === device.productKey && policy.list === 'incremental' && state !== 'completed',
  )
  for (const job of growing) {
    const isThere = tasksOf(job.id).some(({ deviceId }) => deviceId === device.id)
    if (isThere || !matching(firmwareOf(job), job.scope).includes(device)) continue
    const wave = waveOf(waveEnds(job.policy.waves, totalOf(countsOf(job.id))), job.id, device.id)
    db.tasks.push(taskOf(job, device, wave))
    job.waveState = joinWave(job.waveState, wave)
    record(joinLine(job, device), at)
    announce({ kind: 'job', orgId: job.orgId, jobId: job.id })
  }
}
