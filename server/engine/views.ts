import type { LogEntry, Verdict } from '#contract/manage/devices.ts'
import type { Job, Task } from '#contract/manage/jobs.ts'
import type { Decision } from '#domain/gates.ts'
import { reasonOf } from '#domain/reasons.ts'
import { progressOf } from '#domain/wave-progress.ts'
import type { Clock } from '#server/ports.ts'
import type { DeviceRecord, EngineReads, JobRecord, LogRecord, TaskRecord, WhyNot } from '#server/ports-engine.ts'
import type { z } from 'zod'

import { askGates } from './dispatch.ts'

const iso = (at: number): string => new Date(at).toISOString()
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at))

/** What the engine keeps of a job and nobody asks for. */
type Inside = 'orgId' | 'halt' | 'offered' | 'versions' | 'pace' | 'waveState'
const shown = ({ orgId, halt, offered, versions, pace, waveState, ...job }: JobRecord): Omit<JobRecord, Inside> => job

export const toJob = (job: JobRecord, now: number): Job => ({
  ...shown(job),
  waves: progressOf(job, now),
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
  show(job: JobRecord, tasks: readonly TaskRecord[]): Promise<Task[]>
  /** The gate chain's answer for a task that waits; for any other, what its state means. */
  why(job: JobRecord, task: TaskRecord): Promise<WhyNot>
}

/** What the engine keeps, as operators see it. */
export function createViews(read: EngineReads, clock: Clock): Views {
  const devicesOf = async (tasks: readonly TaskRecord[]) =>
    new Map((await read.devices(tasks.map(({ deviceId }) => deviceId))).map((device) => [device.id, device]))

  async function decideAll(job: JobRecord, tasks: readonly TaskRecord[], devices: ReadonlyMap<string, DeviceRecord>) {
    const waiting = tasks.filter(({ facts }) => facts.status === 'init')
    const busy = await read.busy(waiting.map(({ deviceId }) => deviceId))
    const asked = waiting.flatMap((task): [string, Decision][] => {
      const device = devices.get(task.deviceId)
      const busyWith = busy.get(task.deviceId)?.jobName ?? null
      return device ? [[task.deviceId, askGates({ task, device, job, busyWith, now: clock.now() })]] : []
    })
    return new Map(asked)
  }

  const views: Views = {
    jobs: async (ids) => (await read.jobs(ids)).map((job) => toJob(job, clock.now())),
    async tasks(jobId, deviceIds) {
      const [job] = await read.jobs([jobId])
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
