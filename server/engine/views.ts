import type { LogEntry, Verdict } from '#contract/manage/devices.ts'
import type { Job, JobDetail, Task } from '#contract/manage/jobs.ts'
import { behind, isNext, type Decision } from '#domain/gates.ts'
import { haltStanding } from '#domain/halt.ts'
import { reasonOf } from '#domain/reasons.ts'
import { progressOf } from '#domain/wave-progress.ts'
import type { Clock } from '#server/ports.ts'
import type { DeviceRecord, EngineReads, JobCore, JobRecord, LogRecord, TaskRecord } from '#server/ports-engine.ts'
import type { WhyNot } from '#server/ports-registry.ts'
import type { z } from 'zod'

import { askGates } from './dispatch.ts'

const iso = (at: number): string => new Date(at).toISOString()
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at))

/** What the engine keeps of a job and nobody asks for. */
type Inside = 'orgId' | 'halt' | 'offered' | 'versions' | 'pace' | 'waveState' | 'asked' | 'editing'
const shown = ({
  orgId,
  halt,
  offered,
  versions,
  pace,
  waveState,
  asked,
  editing,
  ...job
}: JobCore): Omit<JobCore, Inside> => job

export const toJobDetail = (job: JobRecord, now: number): JobDetail => ({ ...toJob(job, now), scope: job.scope })

export const toJob = (job: JobCore, now: number): Job => ({
  ...shown(job),
  scope: job.asked,
  // from then on it is being done
  supersede: job.supersede && job.startedAt === null,
  waves: progressOf(job, now),
  haltSample: haltStanding(job.policy.halt, job.halt.sample),
  firmware: {
    id: job.firmware.id,
    name: job.firmware.name,
    version: job.firmware.version,
    deleted: job.firmware.deleted,
  },
  createdAt: iso(job.createdAt),
  startedAt: isoOrNull(job.startedAt),
  endedAt: isoOrNull(job.endedAt),
})

export const toLogEntry = ({
  id,
  at,
  actor,
  action,
  summary,
  from,
  to,
  why,
  jobId,
}: LogRecord): z.infer<typeof LogEntry> => ({
  id,
  at: iso(at),
  actor: { id: actor.id, name: actor.name },
  action,
  summary,
  from,
  to,
  why,
  jobId,
})

export function toVerdict(decision: Decision): z.infer<typeof Verdict> {
  return decision.go
    ? { go: true, gate: null, reason: 'Nothing holds the device: it is next.', opensAt: null }
    : { go: false, gate: decision.gate, reason: decision.reason, opensAt: isoOrNull(decision.opensAt) }
}

const toTask = (task: TaskRecord, device: DeviceRecord | undefined, held: Decision | null): Task => {
  const { facts } = task
  return {
    deviceId: task.deviceId,
    deviceKey: task.deviceKey,
    status: facts.status,
    progress: facts.progress,
    progressText: facts.progressText,
    installed: facts.installed,
    via: facts.via,
    attempt: facts.attempt,
    sourceVersion: facts.sourceVersion,
    currentVersion: device?.reportedVersion ?? null,
    connection: device?.connected ? 'online' : 'offline',
    failure: facts.failure,
    skipReason: facts.skipReason,
    proof: facts.proof,
    alreadyThere: facts.alreadyThere,
    late: facts.late,
    reason: reasonOf(facts),
    held: held && toVerdict(held),
    deadlineAt: isoOrNull(facts.deadlineAt),
    updatedAt: iso(task.updatedAt),
  }
}

export interface Views {
  jobs(ids: readonly string[]): Promise<Job[]>
  tasks(jobId: string, deviceIds: readonly string[]): Promise<Task[]>
  /** Rows of one job as the API shows them; those that wait say what they wait for. */
  show(job: JobCore, tasks: readonly TaskRecord[]): Promise<Task[]>
  /** The gate chain's answer for a task that waits; for any other, what its state means. */
  why(job: JobCore, task: TaskRecord): Promise<WhyNot>
}

/** What the engine keeps, as operators see it. */
export function createViews(read: EngineReads, clock: Clock): Views {
  const devicesOf = async (tasks: readonly TaskRecord[]) =>
    new Map((await read.devices(tasks.map(({ deviceId }) => deviceId))).map((device) => [device.id, device]))

  async function decideAll(job: JobCore, tasks: readonly TaskRecord[], devices: ReadonlyMap<string, DeviceRecord>) {
    const waiting = tasks.filter(({ facts }) => facts.status === 'init')
    const busy = await read.busy(waiting.map(({ deviceId }) => deviceId))
    const asked = waiting.flatMap((task): [string, Decision][] => {
      const device = devices.get(task.deviceId)
      const busyWith = busy.get(task.deviceId)?.jobName ?? null
      return device ? [[task.deviceId, askGates({ task, device, job, busyWith, now: clock.now() })]] : []
    })
    const answers = new Map(asked)
    const next = waiting.filter(({ deviceId }) => isNext(answers.get(deviceId) ?? behind('')))
    for (const [deviceId, older] of await goesFirst(job, next, devices)) answers.set(deviceId, behind(older))
    return answers
  }

  /** For each device that would go with this job: the name of an older one that takes it first, where there is one. */
  async function goesFirst(
    job: JobCore,
    next: readonly TaskRecord[],
    devices: ReadonlyMap<string, DeviceRecord>,
  ): Promise<Map<string, string>> {
    const unfinished = await read.reportable(next.map(({ deviceId }) => deviceId))
    const older = unfinished.filter(({ jobId, facts }) => jobId < job.id && facts.status === 'init')
    const jobs = new Map(
      (await read.jobCores([...new Set(older.map(({ jobId }) => jobId))])).map((core) => [core.id, core]),
    )
    const first = older.flatMap((task): [string, string][] => {
      const [other, device] = [jobs.get(task.jobId), devices.get(task.deviceId)]
      if (!other || !device) return []
      const decision = askGates({ task, device, job: other, busyWith: null, now: clock.now() })
      return isNext(decision) ? [[task.deviceId, other.name]] : []
    })
    // the oldest of them is the first in the list, and the last to be set
    return new Map(first.toReversed())
  }

  const views: Views = {
    jobs: async (ids) => (await read.jobCores(ids)).map((job) => toJob(job, clock.now())),
    async tasks(jobId, deviceIds) {
      const [job] = await read.jobCores([jobId])
      return job ? views.show(job, await read.tasks(jobId, deviceIds)) : []
    },
    async show(job, tasks) {
      const devices = await devicesOf(tasks)
      const held = await decideAll(job, tasks, devices)
      return tasks.map((task) => toTask(task, devices.get(task.deviceId), held.get(task.deviceId) ?? null))
    },
    async why(job, task) {
      const decision = (await decideAll(job, [task], await devicesOf([task]))).get(task.deviceId)
      const told = { go: false, gate: null, reason: reasonOf(task.facts), opensAt: null }
      const verdict = decision ? toVerdict(decision) : told
      return { jobId: job.id, jobName: job.name, status: task.facts.status, verdict }
    },
  }
  return views
}
