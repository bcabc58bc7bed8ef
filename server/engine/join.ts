import { totalOf } from '#domain/job.ts'
import { joinWave } from '#domain/wave-progress.ts'
import { waveEnds, waveOf } from '#domain/waves.ts'
import { chooser } from '#domain/targeting.ts'
import type { JobRecord, TargetRecord } from '#server/ports-engine.ts'

import { taskOf } from './create-job.ts'
import { joinLine } from './log-lines.ts'
import { leftOut, listOf } from './scope.ts'
import type { Work } from './work.ts'

/**
 * Devices that reported their version join the jobs of their product whose list is still open and whose scope they
 * match now. A device without a version could not be upgraded, so none is missed for longer than until it reports.
 */
export async function joinGrowing(work: Work, deviceIds: readonly string[]): Promise<void> {
  const products = deviceIds.flatMap((id) => work.devices.get(id)?.productKey ?? [])
  const jobs = products.length === 0 ? [] : await work.tx.growingJobs([...new Set(products)])
  if (jobs.length === 0) return
  // what they reported just now is not written yet
  const targets = (await work.tx.targets(deviceIds)).map((target) => ({ ...target, ...work.devices.get(target.id) }))
  await work.loadJobs(jobs.map(({ id }) => id))
  for (const job of jobs) await joinOne(work, job, targets)
}

async function joinOne(work: Work, job: JobRecord, targets: readonly TargetRecord[]): Promise<void> {
  const { tx, now } = work
  const chooses = chooser(job.scope)
  const matching = targets.filter(
    (target) =>
      target.productKey === job.productKey &&
      chooses(target.deviceKey) &&
      leftOut(job.scope, target, job.firmware.version) === null,
  )
  const listed = await listedOf(work, job, matching)
  const ids = listed.map(({ id }) => id)
  const there = new Set((await tx.tasks(job.id, ids)).map(({ deviceId }) => deviceId))
  const joining = listed.filter(({ id }) => !there.has(id))
  if (joining.length === 0) return
  const core = work.jobs.get(job.id)
  if (!core) throw new Error(`The job ${job.id} was not loaded.`)
  for (const device of joining) {
    const ends = waveEnds(job.policy.waves, totalOf(core.counts))
    const wave = waveOf(ends, job.id, device.id)
    await tx.insertTasks([taskOf({ job, waves: new Map([[device.id, wave]]), now }, device)])
    core.counts = { ...core.counts, init: core.counts.init + 1 }
    core.waveState = joinWave(core.waveState, wave)
    work.log(joinLine(core, device, now))
    work.wake(device.id)
  }
  work.touchJob(core)
}

async function listedOf(
  work: Work,
  job: JobRecord,
  targets: readonly TargetRecord[],
): Promise<readonly TargetRecord[]> {
  const { deviceListId } = job.scope
  if (deviceListId === null || targets.length === 0) return targets
  const { no } = await listOf(work.tx, job.productKey, deviceListId)
  const listed = await work.tx.listed(
    no,
    targets.map(({ deviceKey }) => deviceKey),
  )
  return targets.filter(({ deviceKey }) => listed.has(deviceKey))
}
