import { beginSample, haltReason, retryAt } from '#domain/halt.ts'
import { isOver, nextJobState, type JobEvent } from '#domain/job.ts'
import { slotOf } from '#domain/progress-curve.ts'
import { applyTask, isOpen, type TaskEvent, type TaskFacts, type TaskOutcome, type TaskTerms } from '#domain/task.ts'
import { verificationState } from '#domain/verification.ts'
import { openWaves } from '#domain/wave-progress.ts'
import type { Actor, Change } from '#server/ports.ts'
import type { DeviceRecord, EngineTx, JobCore, LogLine, TaskRecord } from '#server/ports-engine.ts'

import { jobLine, SYSTEM, taskLine, verificationLine, versionLine, type JobStep } from './log-lines.ts'
import { tally } from './tally.ts'

/** A command that has to be sent once the commit has made it true. */
export interface DuePush {
  task: TaskRecord
  job: JobCore
}

/** What the rest of the engine does after a commit. */
export interface Aftermath {
  /** Place of the commit among all commits of this process. */
  order: number
  changes: Change[]
  pushes: DuePush[]
  /** Jobs that were touched, as they stand now. */
  jobs: JobCore[]
  /** Devices that may be dispatched now: they came, became free or are retried. */
  wake: string[]
  /** The earliest deadline that was set. */
  deadlineAt: number | null
}

export const termsOf = ({ firmware, policy }: JobCore): TaskTerms => ({
  targetVersion: firmware.version,
  timeoutMs: policy.timeoutSeconds * 1_000,
  proof: policy.proof,
})

/** Transactions follow one another, so counting them as they begin counts the commits. */
let commits = 0

type Before = Pick<TaskFacts, 'status' | 'deadlineAt'>
/** A task that has just changed. */
type Step = DuePush & { before: TaskFacts; push: boolean }

/**
 * One transaction's work in memory: rows are loaded, the rules are applied in order, and `save` writes what
 * changed by a few statements: tasks, counters, states that follow, verification and log together.
 * Every change of a task or job of the whole service goes through here.
 */
export class Work {
  readonly tx: EngineTx
  readonly now: number
  readonly #order = ++commits
  readonly jobs = new Map<string, JobCore>()
  readonly devices = new Map<string, DeviceRecord>()
  readonly #tasks = new Map<TaskRecord, Before>()
  readonly #byDevice = new Map<string, TaskRecord[]>()
  readonly #presence = new Set<DeviceRecord>()
  readonly #versions = new Set<DeviceRecord>()
  readonly #touchedJobs = new Set<JobCore>()
  readonly #verifying = new Map<string, JobCore>()
  readonly #pushes = new Map<TaskRecord, DuePush>()
  readonly #lines: LogLine[] = []
  readonly #wake = new Set<string>()

  constructor(tx: EngineTx, now: number) {
    this.tx = tx
    this.now = now
  }

  async loadDevices(ids: readonly string[]): Promise<void> {
    for (const device of await this.tx.devices(ids)) this.devices.set(device.id, device)
  }

  /** What reports of these devices may be about, with the jobs of it. */
  async loadReportable(deviceIds: readonly string[]): Promise<void> {
    const tasks = await this.tx.reportable(deviceIds)
    for (const task of tasks) this.#byDevice.set(task.deviceId, [...this.tasksOf(task.deviceId), task])
    await this.loadJobs(tasks.map(({ jobId }) => jobId))
  }

  async loadJobs(ids: readonly string[]): Promise<void> {
    const missing = [...new Set(ids)].filter((id) => !this.jobs.has(id))
    this.know(await this.tx.jobCores(missing))
  }

  /** Jobs as this very transaction has read them. */
  know(jobs: readonly JobCore[]): void {
    for (const job of jobs) if (!this.jobs.has(job.id)) this.jobs.set(job.id, job)
  }

  /** Loaded tasks of a device, its latest last. */
  tasksOf(deviceId: string): readonly TaskRecord[] {
    return this.#byDevice.get(deviceId) ?? []
  }

  jobOf({ jobId }: TaskRecord): JobCore {
    const job = this.jobs.get(jobId)
    if (!job) throw new Error(`The job ${jobId} of a task was not loaded.`)
    return job
  }

  /** Applies one event by the rules. @param commandId of the attempt that a dispatch begins */
  apply(task: TaskRecord, event: TaskEvent, actor: Actor, commandId?: string): TaskOutcome {
    const job = this.jobOf(task)
    const outcome = applyTask(task.facts, event, termsOf(job))
    if (outcome.kind === 'ignored') return outcome
    const before = task.facts
    if (!this.#tasks.has(task)) this.#tasks.set(task, before)
    task.facts = outcome.task
    task.updatedAt = event.at
    if (commandId !== undefined) task.commandId = commandId
    if (outcome.kind === 'changed') this.#follow({ task, job, before, push: outcome.push }, actor, event)
    return outcome
  }

  #follow({ task, job, before, push }: Step, actor: Actor, { type, at }: TaskEvent): void {
    const { status } = task.facts
    // a job that was ended may have lost its firmware while a device still had its push
    if (push && job.firmware.deleted) return void this.apply(task, { type: 'fileMissing', at }, SYSTEM)
    if (push) this.#pushes.set(task, { task, job })
    if (push || status !== before.status) this.#lines.push(taskLine(task, before.status, actor, at))
    if (status === before.status) return
    tally(job, task, before, at)
    this.touchJob(job)
    if (!isOpen(task.facts) && (isOpen(before) || status === 'init')) this.#wake.add(task.deviceId)
    // what is over is not pushed any more, even when it began in this very transaction
    if (!isOpen(task.facts)) this.#pushes.delete(task)
    if (status === 'init' && job.state === 'completed') {
      if (type === 'retry') this.moveJob(job, 'retried', { verb: 'restarted', actor, at })
      // an offer that lapses after the end of its job is not made again
      else this.apply(task, { type: 'skip', at, reason: 'jobEnded' }, SYSTEM)
    }
    this.#retry(task, job, at)
    this.#judge(job, at)
  }

  /** Sends a failed task round again where the job's retry rule says so. */
  #retry(task: TaskRecord, job: JobCore, at: number): void {
    const { status, failure, attempt } = task.facts
    if (status !== 'failed' || failure === null || job.state === 'completed') return
    const again = retryAt(job.policy.retry, { attempt, failure, failedAt: at })
    if (again !== null) this.apply(task, { type: 'retry', at, retryAt: again }, SYSTEM)
  }

  /** Halts at once, so that nothing later in this very transaction is begun; what is over needs no halt. */
  #judge(job: JobCore, at: number): void {
    if (job.state !== 'started' || isOver(job)) return
    const why = haltReason(job.policy.halt, job.halt.sample)
    if (why !== null) this.moveJob(job, 'halt', { verb: 'halted', actor: SYSTEM, at, why })
  }

  /** Moves a job by its table; an event that is not possible there changes nothing. */
  moveJob(job: JobCore, event: JobEvent, step: JobStep): void {
    const to = nextJobState(job.state, event)
    if (to === undefined) return
    const from = job.state
    job.state = to
    job.version += 1
    if (to === 'started') job.startedAt ??= step.at
    // a person let it go: what was seen before no longer counts
    if (to === 'started' && event !== 'retried') job.halt = beginSample(job.halt.round + 1)
    job.approvalAskedBy = to === 'awaitingApproval' ? { id: step.actor.id, name: step.actor.name } : null
    job.haltReason = to === 'halted' ? (step.why ?? null) : null
    job.endedAt = to === 'completed' ? step.at : null
    this.touchJob(job)
    this.log(jobLine(job, { ...step, from, to }))
  }

  touchJob(job: JobCore): void {
    this.#touchedJobs.add(job)
    this.reverify(job)
  }

  /** Something of the job changed that shows nothing of its firmware. */
  keepJob(job: JobCore): void {
    this.#touchedJobs.add(job)
  }

  /** The firmware's state is judged anew when this is saved. */
  reverify(job: JobCore): void {
    if (job.type === 'verify') this.#verifying.set(job.firmware.id, job)
  }

  log(line: LogLine): void {
    this.#lines.push(line)
  }

  /** The device came, went or was heard of. */
  seen(device: DeviceRecord): void {
    this.#presence.add(device)
  }

  reported(device: DeviceRecord, version: string, at: number): void {
    const before = device.reportedVersion
    device.versionReportedAt = at
    if (before === version) return
    device.reportedVersion = version
    this.#versions.add(device)
    this.#lines.push(versionLine(device, before, at))
  }

  wake(deviceId: string): void {
    this.#wake.add(deviceId)
  }

  #openWaves(job: JobCore): void {
    if (job.state !== 'started') return
    const before = job.waveState.opened
    job.waveState = openWaves(job.waveState, job.policy.waves, this.now)
    for (let wave = before + 1; wave <= job.waveState.opened; wave += 1)
      this.log(jobLine(job, { verb: 'waveOpened', actor: SYSTEM, at: this.now, data: { wave: wave + 1 } }))
  }

  /** Writes everything; the transaction commits when its work returns. */
  async save(): Promise<Aftermath> {
    for (const job of this.#touchedJobs)
      if (isOver(job)) this.moveJob(job, 'allFinal', { verb: 'completed', actor: SYSTEM, at: this.now })
      else this.#openWaves(job)
    const tasks = [...this.#tasks]
    const moved = tasks.filter(
      ([{ facts }, before]) => facts.status !== before.status || facts.deadlineAt !== before.deadlineAt,
    )
    const touched = tasks.filter(
      ([{ facts }, before]) => facts.status === before.status && facts.deadlineAt === before.deadlineAt,
    )
    await this.tx.updateTasks(moved.map(([task]) => task))
    await this.tx.touchTasks(touched.map(([task]) => task))
    await this.tx.updatePresence([...this.#presence])
    await this.tx.updateVersions([...this.#versions])
    await this.tx.updateJobs([...this.#touchedJobs])
    await this.tx.keepProgress([...this.#touchedJobs].map((job) => this.#pointOf(job)))
    for (const job of this.#verifying.values()) await this.#verify(job)
    await this.tx.appendLog(this.#lines)
    return this.#aftermath()
  }

  #pointOf({ id, startedAt, createdAt, counts }: JobCore) {
    return { jobId: id, at: slotOf(startedAt ?? createdAt, this.now), counts }
  }

  /** A firmware's state follows its newest verification job, in the transaction that changed the job. */
  async #verify(touched: JobCore): Promise<void> {
    const { firmware } = touched
    const newest = await this.tx.newestVerification(firmware.id)
    const counts = newest?.job.counts
    const open =
      newest && counts && newest.job.state !== 'completed' ? counts.init + counts.published + counts.upgrading : 0
    const evidence = newest ? { successes: newest.successes, open } : null
    const state = verificationState(firmware.verification, evidence, firmware.verificationState)
    if (state === firmware.verificationState) return
    await this.tx.setVerification(firmware.id, state)
    this.#lines.push(verificationLine(firmware, state, touched.id, this.now))
  }

  #aftermath(): Aftermath {
    const tasks = [...this.#tasks.keys()]
    const devices = new Set([...this.#presence, ...this.#versions])
    const deadlines = tasks.flatMap(({ facts }) => facts.deadlineAt ?? [])
    return {
      order: this.#order,
      changes: [
        ...[...this.#touchedJobs].map(({ orgId, id }): Change => ({ kind: 'job', orgId, jobId: id })),
        ...tasks.map(({ orgId, jobId, deviceId }): Change => ({ kind: 'task', orgId, jobId, deviceId })),
        ...[...devices].map(({ orgId, id }): Change => ({ kind: 'device', orgId, deviceId: id })),
      ],
      pushes: [...this.#pushes.values()],
      jobs: [...this.#touchedJobs],
      wake: [...this.#wake],
      deadlineAt: deadlines.reduce<number | null>((a, b) => (a === null || b < a ? b : a), null),
    }
  }
}
