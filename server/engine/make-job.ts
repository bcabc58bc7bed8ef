import { newTask } from '#domain/task.ts'
import { placeInWave } from '#domain/wave-progress.ts'
import { createWaveCut } from '#domain/waves.ts'
import type {
  DeviceRecord,
  EngineReads,
  EngineStore,
  EngineTx,
  JobCore,
  JobRecord,
  TaskRecord,
} from '#server/ports-engine.ts'

import type { Acting } from './job-acts.ts'
import { asked, breathe, CHUNK, leftOut } from './scope.ts'
import { Work } from './work.ts'

/** Read at once where only the ids are wanted. */
const IDS = 2_000

export const taskOf = (
  job: Pick<JobRecord, 'id' | 'orgId'>,
  device: DeviceRecord,
  { wave, now }: { wave: number; now: number },
): TaskRecord => ({
  jobId: job.id,
  deviceId: device.id,
  orgId: job.orgId,
  deviceKey: device.deviceKey,
  commandId: null,
  wave,
  ratedIn: null,
  updatedAt: now,
  facts: newTask(device.reportedVersion),
})

/** Where a device waits until its own wave is known: most belong into the last one anyway. */
export const lastWave = ({ policy }: Pick<JobRecord, 'policy'>): number => Math.max(0, policy.waves.length - 1)

/** The job's row as it stands in this very transaction. */
export async function coreOf(work: Work, jobId: string): Promise<JobCore> {
  await work.loadJobs([jobId])
  const core = work.jobs.get(jobId)
  if (!core) throw new Error(`The job ${jobId} is gone.`)
  return core
}

/** All devices of a job, in the order of their keys and some at a time. */
export async function* membersOf(read: EngineReads, jobId: string, size = IDS): AsyncGenerator<string[]> {
  let after = ''
  for (let more = true; more;) {
    const members = await read.membersAfter(jobId, after, size)
    after = members.at(-1)?.deviceKey ?? after
    more = members.length === size
    if (members.length > 0) yield members.map(({ deviceId }) => deviceId)
    await breathe()
  }
}

/**
 * Writes a task for every device of the scope, in many short transactions: devices report in between.
 * @returns how many it wrote
 */
export async function takeIn(acting: Acting, job: JobRecord): Promise<number> {
  let written = 0
  const isWanted = (device: Parameters<typeof leftOut>[1]) => leftOut(job.scope, device, job.firmware.version) === null
  for await (const devices of asked(acting.store.read, job.productKey, job.scope)) {
    const ids = devices.filter(isWanted).map(({ id }) => id)
    if (ids.length === 0) continue
    await change(acting, async (work) => {
      const core = await coreOf(work, job.id)
      // as they are now: since they were read they may have reported, or joined by themselves
      const there = new Set((await work.tx.tasks(job.id, ids)).map(({ deviceId }) => deviceId))
      const joining = (await work.tx.targets(ids)).filter((device) => !there.has(device.id) && isWanted(device))
      const wave = lastWave(job)
      const tasks = joining
        // tasks are stored in this order, which is more than ten times as fast as any other
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .map((device) => taskOf(job, device, { wave, now: work.now }))
      await work.tx.insertTasks(tasks)
      core.counts = { ...core.counts, init: core.counts.init + tasks.length }
      core.waveState = placeInWave(core.waveState, wave, newTask(null), tasks.length)
      work.keepJob(core)
      written += tasks.length
    })
    await breathe()
  }
  return written
}

/** Finds where the waves of a job end, exact to the device. */
export async function cutOf(read: EngineReads, job: Pick<JobRecord, 'id' | 'policy'>) {
  const cut = createWaveCut(job.policy.waves, job.id)
  for (const pass of [cut.count, cut.narrow]) for await (const ids of membersOf(read, job.id)) pass(ids)
  return cut
}

/** Moves each device from the last wave, in which all stand, to its own. */
export async function cutIntoWaves(acting: Acting, job: JobRecord): Promise<void> {
  if (job.policy.waves.length < 2) return
  const cut = await cutOf(acting.store.read, job)
  for await (const ids of membersOf(acting.store.read, job.id, CHUNK)) {
    const moving = ids.filter((id) => cut.waveOf(id) !== lastWave(job))
    if (moving.length === 0) continue
    await change(acting, async (work) => {
      const core = await coreOf(work, job.id)
      await place(work.tx, core, await work.tx.tasks(job.id, moving), cut.waveOf)
      work.keepJob(core)
    })
  }
}

/** Puts tasks into their waves and takes them out of those in which they were counted. */
async function place(
  tx: EngineTx,
  core: JobCore,
  tasks: readonly TaskRecord[],
  waveOf: (deviceId: string) => number,
): Promise<void> {
  for (const task of tasks) {
    core.waveState = placeInWave(core.waveState, task.wave, task.facts, -1)
    task.wave = waveOf(task.deviceId)
    core.waveState = placeInWave(core.waveState, task.wave, task.facts)
  }
  await tx.placeInWaves(tasks)
}

async function change({ store, now, settle }: Acting, write: (work: Work) => Promise<void>): Promise<void> {
  const aftermath = await store.transact(async (tx) => {
    const work = new Work(tx, now())
    await write(work)
    return work.save()
  })
  settle(aftermath)
}

/** Takes away a job that nobody may act on any more, or that never became whole: its tasks some at a time, itself last. */
export async function takeAway(store: EngineStore, jobId: string): Promise<void> {
  let after: string | null = ''
  for (let left = true; left;) {
    left = await store.transact(async (tx) => {
      after = await tx.deleteTasks(jobId, after ?? '', CHUNK)
      // once more from the beginning: devices may have joined behind
      if (after !== null || (await tx.deleteTasks(jobId, '', CHUNK)) !== null) return true
      await tx.deleteJob(jobId)
      return false
    })
    await breathe()
  }
}
