import { newTask } from '#domain/task.ts'
import { isCounted, placeInWave } from '#domain/wave-progress.ts'
import { createWaveCut } from '#domain/waves.ts'
import type { Actor } from '#server/ports.ts'
import type {
  DeviceRecord,
  EngineReads,
  EngineStore,
  EngineTx,
  JobCore,
  JobRecord,
  TargetRecord,
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
 * Writes a task for every device of the scope that has none, in many short transactions: devices report in between.
 * Those that an earlier edit left out come back. Yields how many were written by each.
 */
export async function* takeIn(acting: Acting, job: JobRecord, actor: Actor): AsyncGenerator<number> {
  for await (const devices of asked(acting.store.read, job.productKey, job.scope)) {
    const ids = devices.flatMap((device) => (isWanted(job, device) ? [device.id] : []))
    let written = 0
    if (ids.length > 0)
      await change(acting, async (work) => {
        written = await takeSome(work, job, { ids, actor })
      })
    yield written
  }
}

const isWanted = ({ scope, firmware }: JobRecord, device: TargetRecord): boolean =>
  leftOut(scope, device, firmware.version) === null

/** Looks at the devices as they are now: since they were read they may have reported, or joined by themselves. */
async function takeSome(
  work: Work,
  job: JobRecord,
  { ids, actor }: { ids: readonly string[]; actor: Actor },
): Promise<number> {
  const { tx, now } = work
  const core = await coreOf(work, job.id)
  const there = new Map((await tx.tasks(job.id, ids)).map((task) => [task.deviceId, task]))
  const wanted = (await tx.targets(ids)).filter((device) => isWanted(job, device))
  for (const { id, reportedVersion } of wanted) {
    const task = there.get(id)
    if (task) work.apply(task, { type: 'rejoin', at: now, sourceVersion: reportedVersion }, actor)
  }
  const wave = lastWave(job)
  const tasks = wanted
    .filter(({ id }) => !there.has(id))
    // the order in which tasks are stored, as `asked` says
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((device) => taskOf(job, device, { wave, now }))
  await tx.insertTasks(tasks)
  core.counts = { ...core.counts, init: core.counts.init + tasks.length }
  const counted = tasks.filter(({ deviceKey }) => isCounted(core.waveState, deviceKey)).length
  core.waveState = placeInWave(core.waveState, wave, newTask(null), counted)
  work.keepJob(core)
  return tasks.length
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
export async function place(
  tx: EngineTx,
  core: JobCore,
  tasks: readonly TaskRecord[],
  waveOf: (deviceId: string) => number,
): Promise<void> {
  const moved: TaskRecord[] = []
  for (const task of tasks) {
    const wave = waveOf(task.deviceId)
    if (isCounted(core.waveState, task.deviceKey))
      core.waveState = placeInWave(core.waveState, task.wave, task.facts, -1)
    core.waveState = placeInWave(core.waveState, wave, task.facts)
    if (wave !== task.wave) moved.push({ ...task, wave })
  }
  await tx.placeInWaves(moved)
}

/** One transaction of many. */
export async function change({ store, now, settle }: Acting, write: (work: Work) => Promise<void>): Promise<void> {
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
