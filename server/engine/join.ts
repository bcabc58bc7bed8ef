import { totalOf } from '#domain/job.ts'
import { isDescribedBy } from '#domain/targeting.ts'
import { isOpen } from '#domain/task.ts'
import { isCounted, placeInWave } from '#domain/wave-progress.ts'
import { waveEnds, waveOf } from '#domain/waves.ts'
import type { Actor } from '#server/ports.ts'
import type { JobCore, JobRecord, TargetRecord } from '#server/ports-engine.ts'
import type { RegisteredDevice } from '#server/ports-registry.ts'

import { joinLine, SYSTEM } from './log-lines.ts'
import { lastWave, taskOf } from './make-job.ts'
import { takenOf } from './scope.ts'
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
  work.know(jobs)
  for (const job of jobs) await joinOne(work, job, targets)
}

/** An edited device that open lists do not describe any more leaves those in which it still waits. */
export async function leaveGrowing(work: Work, device: RegisteredDevice, actor: Actor): Promise<void> {
  const { tx, now: at } = work
  const jobs = await tx.growingJobs([device.productKey])
  const left = new Set(jobs.flatMap(({ id, scope }) => (isDescribedBy(scope, device) ? [] : [id])))
  if (left.size === 0) return
  const waiting = (await tx.unfinishedOf(device.id)).filter(({ jobId, facts }) => left.has(jobId) && !isOpen(facts))
  work.know(jobs)
  for (const task of waiting) work.apply(task, { type: 'skip', at, reason: 'noLongerMatches' }, actor)
}

async function joinOne(work: Work, job: JobRecord, targets: readonly TargetRecord[]): Promise<void> {
  const { tx, now } = work
  const taken = await takenOf(tx, job, targets)
  const ids = taken.map(({ id }) => id)
  const there = new Map((await tx.tasks(job.id, ids)).map((task) => [task.deviceId, task]))
  for (const { id, reportedVersion } of taken) {
    const task = work.tasksOf(id).find(({ jobId }) => jobId === job.id) ?? there.get(id)
    if (task) work.apply(task, { type: 'rejoin', at: now, sourceVersion: reportedVersion }, SYSTEM)
  }
  const joining = taken.filter(({ id }) => !there.has(id))
  if (joining.length === 0) return
  const core = work.jobs.get(job.id)
  if (!core) throw new Error(`The job ${job.id} was not loaded.`)
  for (const device of joining) {
    const wave = waveFor(job, core, device)
    const task = taskOf(job, device, { wave, now })
    await tx.insertTasks([task])
    core.counts = { ...core.counts, init: core.counts.init + 1 }
    if (isCounted(core.waveState, task.deviceKey)) core.waveState = placeInWave(core.waveState, wave, task.facts)
    work.log(joinLine(core, device, now))
    work.wake(device.id)
  }
  work.touchJob(core)
}

/** While a job is made, all its devices wait in the last wave until they are cut into waves together; edited, likewise. */
const waveFor = (job: JobRecord, core: JobCore, device: TargetRecord): number =>
  job.phase === 'making' || !isCounted(core.waveState, device.deviceKey)
    ? lastWave(job)
    : waveOf(waveEnds(job.policy.waves, totalOf(core.counts)), job.id, device.id)
