import type { LogEntry } from '#contract/manage/devices.ts'
import type { FailureKind } from '#contract/manage/failure.ts'
import type {
  Job,
  JobCreate,
  JobDetail,
  JobType,
  JobUpdate,
  PreviewAnswer,
  Scope,
  Task,
  TaskSelection,
} from '#contract/manage/jobs.ts'
import type { Policy } from '#contract/manage/policies.ts'
import type { Actor, Page, PageAsk } from '#server/ports.ts'
import type { JobAsk, JobFilter, TaskFilter } from '#server/ports-engine.ts'
import type { JobCurves } from '#server/ports-progress.ts'
import type { z } from 'zod'

/** Whose preview it is: nobody else can ask for it again. */
export interface PreviewAsker {
  orgId: string
  userId: string
}

export interface PreviewAsk {
  type: JobType
  firmwareId: string
  scope: Scope
  policy?: Policy | undefined
}

/**
 * What operators do with jobs. What is refused throws a ProblemError with the sentence of the rules;
 * what belongs to another organisation is not found.
 */
export interface JobService extends JobCurves {
  /** Of very many devices the promise of a preview, which `previewed` keeps. It ends the asker's former one. */
  preview(by: PreviewAsker, asked: PreviewAsk): Promise<PreviewAnswer>
  /** How far the count is, then the preview; only for whoever asked for it. */
  previewed(by: PreviewAsker, handle: string): Promise<PreviewAnswer>
  create(orgId: string, asked: JobCreate, actor: Actor): Promise<Job>
  list(orgId: string, filter: JobFilter, ask: PageAsk): Promise<Page<Job>>
  view(of: JobAsk): Promise<JobDetail>
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
  tasks(of: JobAsk, filter: TaskFilter, ask: PageAsk): Promise<Page<Task>>
  /** How many tasks were cancelled. */
  cancel(of: JobAsk, selection: TaskSelection, actor: Actor): Promise<number>
  retry(of: JobAsk, selection: TaskSelection, actor: Actor): Promise<number>
  failures(of: JobAsk): Promise<{ kind: FailureKind; count: number }[]>
  /** All of them, some at a time; what does not exist is refused before the first. */
  allTasks(of: JobAsk): Promise<AsyncIterable<readonly Task[]>>
  timeline(of: JobAsk, ask: PageAsk): Promise<Page<z.infer<typeof LogEntry>>>
}
