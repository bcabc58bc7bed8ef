import type { VerificationState } from '#contract/manage/firmware.ts'
import type { Device } from '#contract/manage/devices.ts'
import type { FailureKind } from '#contract/manage/failure.ts'
import type {
  Job,
  JobCounts,
  JobPhase,
  JobState,
  JobType,
  Scope,
  ScopeInShort,
  Task,
  TaskStatus,
} from '#contract/manage/jobs.ts'
import type { Policy } from '#contract/manage/policies.ts'
import type { HaltState } from '#domain/halt.ts'
import type { PaceState } from '#domain/pace.ts'
import type { TaskFacts } from '#domain/task.ts'
import type { WaveState } from '#domain/wave-progress.ts'
import type { DeviceListReads } from '#server/ports-device-lists.ts'
import type { JobAsk, LogAbout, ProgressReads, ProgressWrites } from '#server/ports-progress.ts'
import type { RegistryReads, RegistryWrites } from '#server/ports-registry.ts'
import type { Actor, Page, PageAsk } from '#server/ports.ts'

/*
 * What the engine needs kept, as types: rows in the words of the rules. `server/db` implements them,
 * so that the engine knows no SQL and the database no rule. Times are epoch milliseconds.
 */

export interface DeviceRecord {
  id: string
  orgId: string
  productKey: string
  deviceKey: string
  enabled: boolean
  reportedVersion: string | null
  versionReportedAt: number | null
  connected: boolean
  sessionId: string | null
  sessionStartedAt: number | null
  lastSeenAt: number | null
}

/** A device with what a scope may ask about. */
export interface TargetRecord extends DeviceRecord {
  tags: Readonly<Record<string, string>>
  attributes: Readonly<Record<string, string>>
}

export interface TaskRecord {
  jobId: string
  deviceId: string
  orgId: string
  deviceKey: string
  /** Of the attempt under way: the device's answer names it. */
  commandId: string | null
  /** Number of its wave, from 0. */
  wave: number
  /** Round of the job's halt sample in which its result was counted; null while it has none. */
  ratedIn: number | null
  updatedAt: number
  facts: TaskFacts
}

export interface FirmwareRecord {
  id: string
  orgId: string
  productKey: string
  name: string
  version: string
  fileName: string
  sizeBytes: number
  signMethod: 'sha256' | 'md5'
  sha256: string
  md5: string
  deleted: boolean
  verificationState: VerificationState
  verification: { required: boolean; maxDevices: number; minSuccess: number }
}

/** A job without its scope, which may name ten thousand devices and which most work does not need. */
export interface JobCore {
  id: string
  orgId: string
  type: JobType
  name: string
  state: JobState
  phase: JobPhase
  /** From when it starts it takes devices over from older jobs; false once that is done. */
  supersede: boolean
  /** Who edits it, and whether its scope is matched again, as long as it is in the phase `editing`. */
  editing: { by: Actor; rematch: boolean } | null
  policy: Policy
  /** The saved policy that it was copied from. */
  policyId: string | null
  counts: JobCounts
  /** Of the published ones, those to which the firmware was only offered. */
  offered: number
  /** Its scope without the device keys that it names, and how many they are. */
  asked: ScopeInShort
  keyCount: number
  /** Source versions of its scope; empty means any. */
  versions: readonly string[]
  halt: HaltState
  /** What halted it, while it is halted. */
  haltReason: string | null
  pace: PaceState
  waveState: WaveState
  /** Who asked for the approval of its start, while it waits. */
  approvalAskedBy: { id: string; name: string } | null
  productKey: string
  productName: string
  firmware: FirmwareRecord
  createdBy: { id: string; name: string }
  createdAt: number
  startedAt: number | null
  endedAt: number | null
  version: number
}

export interface JobRecord extends JobCore {
  scope: Scope
}

/** One thing that happened. The log is append-only: what a reader needs later stands in it now. */
export interface LogLine {
  orgId: string
  at: number
  actor: Actor
  /** What it happened to, such as `job` or `device`, and its id. */
  object: { kind: string; id: string }
  jobId?: string | null
  deviceId?: string | null
  /** `object.verb`, such as `job.started` or `task.failed`. */
  action: string
  from?: string | null
  to?: string | null
  why?: string | null
  /** What happened, in one plain sentence. */
  summary: string
  /** Before, after, counts: what else support may need. Never a secret. */
  data?: Record<string, unknown>
}

/** A line of the log as it is read back. */
export interface LogRecord extends Required<Omit<LogLine, 'data' | 'object' | 'orgId'>> {
  id: string
}

export interface JobFilter extends Partial<Record<'product' | 'firmware' | 'policy', string | undefined>> {
  sort: 'createdAt' | 'name'
  /** Prefix of the name. */
  q?: string | undefined
  type?: JobType | undefined
  state?: JobState | undefined
}

/** `failure`: only those that failed in this way. */
export interface OneState extends Pick<TaskFilter, 'failure'> {
  status: TaskStatus
}
export interface TaskFilter {
  status?: TaskStatus | undefined
  failure?: FailureKind | undefined
  /** Prefix of the device key. */
  q?: string | undefined
}

export interface EngineReads extends DeviceListReads, RegistryReads, ProgressReads {
  devices(ids: readonly string[]): Promise<DeviceRecord[]>
  targets(ids: readonly string[]): Promise<TargetRecord[]>
  devicesByKey(productKey: string, keys: readonly string[]): Promise<TargetRecord[]>
  /** Devices of a product in the order of their ids, after one of them. */
  devicesAfter(productKey: string, afterId: string, limit: number): Promise<TargetRecord[]>
  /** How many devices the product has. */
  deviceCount(productKey: string): Promise<number>
  /** What a report may be about: of each device its open task, those that wait, and its latest. */
  reportable(deviceIds: readonly string[]): Promise<TaskRecord[]>
  tasks(jobId: string, deviceIds: readonly string[]): Promise<TaskRecord[]>
  /** Tasks of a state, or of one kind of failure, in the order of their device keys, after one of them. */
  tasksAfter(jobId: string, of: OneState, afterKey: string, limit: number): Promise<TaskRecord[]>
  /** Devices of a job in the order of their keys, after one of them. */
  membersAfter(jobId: string, afterKey: string, limit: number): Promise<{ deviceId: string; deviceKey: string }[]>
  /** Devices that wait in a job, in the order of their keys, after one of them. */
  waitingAfter(
    jobId: string,
    afterKey: string,
    limit: number,
  ): Promise<{ deviceId: string; deviceKey: string; connected: boolean }[]>
  /** Tasks whose deadline has come, earliest first. */
  due(now: number, limit: number): Promise<TaskRecord[]>
  earliestDeadline(): Promise<number | null>
  jobs(ids: readonly string[]): Promise<JobRecord[]>
  jobCores(ids: readonly string[]): Promise<JobCore[]>
  /** Oldest first. */
  startedJobs(): Promise<JobCore[]>
  /** Unfinished jobs of these products that take devices later, oldest first. */
  growingJobs(productKeys: readonly string[]): Promise<JobRecord[]>
  /** Jobs that are being made or deleted. */
  passingJobs(): Promise<JobCore[]>
  /** Jobs that are still taking devices over from others. */
  superseding(): Promise<JobCore[]>
  /** Jobs that are over and whose waiting tasks are not all skipped yet. */
  endedButWaiting(): Promise<string[]>
  firmware(id: string): Promise<FirmwareRecord | undefined>
  policy(orgId: string, policyId: string): Promise<Policy | undefined>
  /** The newest verification job of a firmware that was ever started, and what it has shown. */
  newestVerification(firmwareId: string): Promise<{ job: JobCore; successes: number } | undefined>
  /** For each device that is under way: the job it is under way in. */
  busy(deviceIds: readonly string[]): Promise<Map<string, { jobId: string; jobName: string }>>
  /** Which of the devices another unfinished job also wants. */
  wanted(deviceIds: readonly string[], exceptJobId: string | null): Promise<Set<string>>
  /** What the devices wait for in older unfinished jobs. */
  waitingInOlder(deviceIds: readonly string[], thanJobId: string): Promise<TaskRecord[]>
  /** Failed tasks by kind, the most frequent first. */
  failures(jobId: string): Promise<{ kind: FailureKind; count: number }[]>
  unfinishedOf(deviceId: string): Promise<TaskRecord[]>
  jobPage(orgId: string, filter: JobFilter, ask: PageAsk): Promise<Page<JobCore>>
  taskPage(jobId: string, filter: TaskFilter, ask: PageAsk): Promise<Page<TaskRecord>>
  logPage(of: LogAbout, ask: PageAsk): Promise<Page<LogRecord>>
}

/** Reads and writes of one transaction. Every list is written by a few statements, never row by row. */
export interface EngineTx extends EngineReads, RegistryWrites, ProgressWrites {
  insertJob(job: JobRecord): Promise<void>
  /** Scope and policy. */
  editJob(job: JobRecord): Promise<void>
  insertTasks(tasks: readonly TaskRecord[]): Promise<void>
  /** The wave of each task, and nothing else of it. */
  placeInWaves(tasks: readonly TaskRecord[]): Promise<void>
  /** State, counters, times and row version. */
  updateJobs(jobs: readonly JobCore[]): Promise<void>
  updateTasks(tasks: readonly TaskRecord[]): Promise<void>
  /** The same for tasks whose status and deadline are as before: no index has to follow. */
  touchTasks(tasks: readonly TaskRecord[]): Promise<void>
  /** Connection, session and when it was last seen. */
  updatePresence(devices: readonly DeviceRecord[]): Promise<void>
  updateVersions(devices: readonly DeviceRecord[]): Promise<void>
  setVerification(firmwareId: string, state: VerificationState): Promise<void>
  deleteTasks(jobId: string, afterKey: string, limit: number): Promise<string | null>
  deleteJob(jobId: string): Promise<void>
  appendLog(lines: readonly LogLine[]): Promise<void>
  /** The sessions of an earlier process died with it. */
  everyoneOffline(): Promise<void>
  /** Every deadline moves by `byMs` milliseconds, 0 unless given; then none stays earlier than `floor`. */
  raiseDeadlines(floor: number, byMs?: number): Promise<void>
}

export interface EngineStore {
  /** Committed rows, beside the writer. */
  readonly read: EngineReads
  /** One writer at a time: what is read inside stays true until the commit. Resolves when it is durable. */
  transact<T>(work: (tx: EngineTx) => Promise<T>): Promise<T>
  /** An identifier that sorts behind all that were made before it. */
  newId(at: number): string
  /** After many tasks were written at once: pages of them are slow as long as the database does not know of them. */
  recountTasks(): Promise<void>
}

/** Rows as the API shows them, for the live stream: each is read once, however many browsers watch. */
export interface LiveReader {
  jobs(ids: readonly string[]): Promise<Job[]>
  tasks(jobId: string, deviceIds: readonly string[]): Promise<Task[]>
  devices(ids: readonly string[]): Promise<Device[]>
}

export type { JobAsk }
