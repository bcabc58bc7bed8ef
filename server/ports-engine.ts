import type { VerificationState } from '#contract/manage/firmware.ts'
import type { Device, LogEntry, Verdict } from '#contract/manage/devices.ts'
import type { FailureKind } from '#contract/manage/failure.ts'
import type {
  Job,
  JobCounts,
  JobCreate,
  JobState,
  JobType,
  JobUpdate,
  Preview,
  Scope,
  Task,
  TaskSelection,
  TaskStatus,
} from '#contract/manage/jobs.ts'
import type { Policy } from '#contract/manage/policies.ts'
import type { HaltState } from '#domain/halt.ts'
import type { PaceState } from '#domain/pace.ts'
import type { TaskFacts } from '#domain/task.ts'
import type { WaveState } from '#domain/wave-progress.ts'
import type { DeviceListReads } from '#server/ports-device-lists.ts'
import type { Actor, Page, PageAsk } from '#server/ports.ts'
import type { z } from 'zod'

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
  policy: Policy
  /** The saved policy that it was copied from. */
  policyId: string | null
  counts: JobCounts
  /** Of the published ones, those to which the firmware was only offered. */
  offered: number
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

export interface JobFilter {
  sort: 'createdAt' | 'name'
  /** Prefix of the name. */
  q?: string | undefined
  type?: JobType | undefined
  state?: JobState | undefined
  product?: string | undefined
  firmware?: string | undefined
}

export interface EngineReads extends DeviceListReads {
  devices(ids: readonly string[]): Promise<DeviceRecord[]>
  targets(ids: readonly string[]): Promise<TargetRecord[]>
  devicesByKey(productKey: string, keys: readonly string[]): Promise<TargetRecord[]>
  /** Devices of a product in the order of their ids, after one of them. */
  devicesAfter(productKey: string, afterId: string, limit: number): Promise<TargetRecord[]>
  /** What a report may be about: of each device its open task, those that wait, and its latest. */
  reportable(deviceIds: readonly string[]): Promise<TaskRecord[]>
  tasks(jobId: string, deviceIds: readonly string[]): Promise<TaskRecord[]>
  /** Tasks of a state in the order of their device keys, after one of them. */
  tasksAfter(jobId: string, status: TaskStatus, afterKey: string, limit: number): Promise<TaskRecord[]>
  /** Tasks whose deadline has come, earliest first. */
  due(now: number, limit: number): Promise<TaskRecord[]>
  earliestDeadline(): Promise<number | null>
  jobs(ids: readonly string[]): Promise<JobRecord[]>
  jobCores(ids: readonly string[]): Promise<JobCore[]>
  /** Oldest first. */
  startedJobs(): Promise<JobCore[]>
  /** Unfinished jobs of these products that take devices later, oldest first. */
  growingJobs(productKeys: readonly string[]): Promise<JobRecord[]>
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
  /** What the devices wait for in other unfinished jobs. */
  waitingElsewhere(deviceIds: readonly string[], exceptJobId: string): Promise<TaskRecord[]>
  /** Failed tasks by kind, the most frequent first. */
  failures(jobId: string): Promise<{ kind: FailureKind; count: number }[]>
  unfinishedOf(deviceId: string): Promise<TaskRecord[]>
  jobPage(orgId: string, filter: JobFilter, ask: PageAsk): Promise<Page<JobRecord>>
  /** `q` is a prefix of the device key. */
  taskPage(
    jobId: string,
    filter: { status?: TaskStatus | undefined; q?: string | undefined },
    ask: PageAsk,
  ): Promise<Page<TaskRecord>>
  logPage(of: { jobId: string } | { deviceId: string }, ask: PageAsk): Promise<Page<LogRecord>>
}

/** Reads and writes of one transaction. Every list is written by a few statements, never row by row. */
export interface EngineTx extends EngineReads {
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
  /** No deadline stays earlier than `floor`. */
  raiseDeadlines(floor: number): Promise<void>
}

export interface EngineStore {
  /** Committed rows, beside the writer. */
  readonly read: EngineReads
  /** One writer at a time: what is read inside stays true until the commit. Resolves when it is durable. */
  transact<T>(work: (tx: EngineTx) => Promise<T>): Promise<T>
  /** An identifier that sorts behind all that were made before it. */
  newId(at: number): string
}

/** Rows as the API shows them, for the live stream: each is read once, however many browsers watch. */
export interface LiveReader {
  jobs(ids: readonly string[]): Promise<Job[]>
  tasks(jobId: string, deviceIds: readonly string[]): Promise<Task[]>
  devices(ids: readonly string[]): Promise<Device[]>
}

/** A thing of an organisation, and who acts on it. */
export interface JobAsk {
  orgId: string
  jobId: string
}

/**
 * What operators do with jobs. What is refused throws a ProblemError with the sentence of the rules;
 * what belongs to another organisation is not found.
 */
export interface JobService {
  preview(
    orgId: string,
    asked: { type: JobType; firmwareId: string; scope: Scope; policy?: Policy | undefined },
  ): Promise<Preview>
  create(orgId: string, asked: JobCreate, actor: Actor): Promise<Job>
  list(orgId: string, filter: JobFilter, ask: PageAsk): Promise<Page<Job>>
  view(of: JobAsk): Promise<Job>
  start(of: JobAsk, actor: Actor): Promise<Job>
  stop(of: JobAsk, actor: Actor): Promise<Job>
  /** Devices that still wait are skipped before it answers. */
  end(of: JobAsk, actor: Actor): Promise<Job>
  delete(of: JobAsk, actor: Actor): Promise<void>
  /** Stops every started job of the organisation in one act; how many it were. */
  stopAll(orgId: string, actor: Actor): Promise<number>
  approve(of: JobAsk, actor: Actor): Promise<Job>
  reject(of: JobAsk, actor: Actor): Promise<Job>
  withdraw(of: JobAsk, actor: Actor): Promise<Job>
  /** Opens the next wave, where its gate asks for a person. */
  advance(of: JobAsk, actor: Actor): Promise<Job>
  /** Goes on after the halt rule. */
  resume(of: JobAsk, reason: string, actor: Actor): Promise<Job>
  update(of: JobAsk, change: JobUpdate, actor: Actor): Promise<Job>
  tasks(
    of: JobAsk,
    filter: { status?: TaskStatus | undefined; q?: string | undefined },
    ask: PageAsk,
  ): Promise<Page<Task>>
  /** How many tasks were cancelled. */
  cancel(of: JobAsk, selection: TaskSelection, actor: Actor): Promise<number>
  retry(of: JobAsk, selection: TaskSelection, actor: Actor): Promise<number>
  failures(of: JobAsk): Promise<{ kind: FailureKind; count: number }[]>
  /** All of them, some at a time; what does not exist is refused before the first. */
  allTasks(of: JobAsk): Promise<AsyncIterable<readonly Task[]>>
  timeline(of: JobAsk, ask: PageAsk): Promise<Page<z.infer<typeof LogEntry>>>
}

/** Why the device is not being upgraded, for one job or each unfinished one. */
export interface WhyNot {
  jobId: string
  jobName: string
  status: TaskStatus
  verdict: z.infer<typeof Verdict>
}

export interface DeviceStories {
  history(of: { orgId: string; deviceId: string }, ask: PageAsk): Promise<Page<z.infer<typeof LogEntry>>>
  why(of: { orgId: string; deviceId: string }, jobId: string | undefined): Promise<WhyNot[]>
}
