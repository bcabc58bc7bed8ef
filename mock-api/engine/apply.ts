import { beginSample, countResult, haltReason, retryAt } from '#domain/halt.ts'
import { isOver, nextJobState, startEventOf, type JobEvent } from '#domain/job.ts'
import { paced } from '#domain/pace.ts'
import { applyTask, isFinal } from '#domain/task.ts'
import type { TaskEvent, TaskTerms } from '#domain/task-facts.ts'
import { countInWave, openWaves } from '#domain/wave-progress.ts'
import { iso } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { countsOf, firmwareOf, jobById, tasksOf } from '#mock-api/find.ts'
import { announce } from '#mock-api/live.ts'
import { keepPoint } from '#mock-api/progress.ts'
import type { JobVerb } from '#domain/log-words.ts'
import { jobLine, SYSTEM, taskLine, verificationLine } from '#mock-api/log-lines.ts'
import { record } from '#mock-api/log.ts'
import { stateOfFirmware } from '#mock-api/views.ts'
import type { JobRow, LogRow, TaskRow } from '#mock-api/world.ts'

type Actor = LogRow['actor']

export const termsOf = (job: JobRow): TaskTerms => ({
  targetVersion: firmwareOf(job).version,
  timeoutMs: job.policy.timeoutSeconds * 1_000,
  proof: job.policy.proof,
})

/** Does what may change the firmware's verification, and logs it when it did. */
function watchingVerification<T>(job: JobRow, at: number, change: () => T): T {
  const firmware = firmwareOf(job)
  const before = stateOfFirmware(firmware)
  const result = change()
  const after = stateOfFirmware(firmware)
  if (after !== before) record(verificationLine(job, before, after), at)
  return result
}

/**
 * The one way in which a task changes: by the domain's table, logged and announced.
 * @returns whether the command has to be sent (again)
 */
export const apply = (task: TaskRow, event: TaskEvent, actor: Actor = SYSTEM): boolean =>
  watchingVerification(jobById(task.jobId), event.at, () => applied(task, event, actor))

function applied(task: TaskRow, event: TaskEvent, actor: Actor): boolean {
  const job = jobById(task.jobId)
  const { status: before } = task
  const outcome = applyTask(task, event, termsOf(job))
  if (outcome.kind === 'ignored') return false
  const { halt, ratedIn } = countResult(job.halt, { before: task, after: outcome.task, ratedIn: task.ratedIn })
  job.halt = halt
  job.waveState = countInWave(job.waveState, task.wave, { before: task, after: outcome.task })
  Object.assign(task, outcome.task, { updatedAt: event.at, ratedIn })
  if (outcome.kind === 'stray') return false
  if (outcome.push || before !== task.status) record(taskLine(task, before, actor), event.at)
  tell(task, job)
  if (before === 'init' && task.status === 'published') job.pace = paced(job.policy.pacePerMinute, job.pace, event.at)
  if (task.status === 'init' && job.state === 'completed') {
    if (event.type === 'retry') moveJob(job, 'retried', { verb: 'restarted', actor, at: event.at })
    else return apply(task, { type: 'skip', at: event.at, reason: 'jobEnded' })
  }
  goRound(task, job, event.at)
  if (isFinal(task)) completeWhenFinal(job, event.at)
  haltWhenBad(job, event.at)
  openNextWaves(job, event.at)
  return outcome.push
}

/** A failed task goes round again where the job's retry rule says so. */
function goRound(task: TaskRow, job: JobRow, at: number): void {
  const { status, failure, attempt } = task
  if (status !== 'failed' || failure === null || job.state === 'completed') return
  const again = retryAt(job.policy.retry, { attempt, failure, failedAt: at })
  if (again !== null) apply(task, { type: 'retry', at, retryAt: again })
}

/** Opens the waves whose gate lets them. */
export function openNextWaves(job: JobRow, at: number): void {
  if (job.state !== 'started') return
  const { opened } = job.waveState
  job.waveState = openWaves(job.waveState, job.policy.waves, at)
  for (let wave = opened; wave < job.waveState.opened; wave++) {
    record(jobLine(job, { verb: 'waveOpened', actor: SYSTEM }), at)
    announce({ kind: 'job', orgId: job.orgId, jobId: job.id })
  }
}

function haltWhenBad(job: JobRow, at: number): void {
  const why = haltReason(job.policy.halt, job.halt.sample)
  if (why !== null && job.state === 'started') moveJob(job, 'halt', { verb: 'halted', actor: SYSTEM, at, why })
}

function tell({ jobId, deviceId, updatedAt }: TaskRow, job: JobRow): void {
  keepPoint(job, updatedAt)
  announce({ kind: 'task', orgId: job.orgId, jobId, deviceId }, { kind: 'job', orgId: job.orgId, jobId })
}

/** A started job whose devices have all ended is over. */
export function completeWhenFinal(job: JobRow, at: number): void {
  if (isOver({ policy: job.policy, counts: countsOf(job.id) }))
    moveJob(job, 'allFinal', { verb: 'completed', actor: SYSTEM, at })
}

/** Starts the job, or asks a second person where its policy wants one. */
export function begin(job: JobRow, actor: Actor, at: number): void {
  const event = startEventOf(job.policy)
  moveJob(job, event, { verb: event === 'start' ? 'started' : 'startAsked', actor, at })
}

interface Step {
  verb: JobVerb
  actor: Actor
  at: number
  why?: string
  before?: object
  after?: object
}

/** Moves a job by the domain's table, logged and announced; an event that is not possible there changes nothing. */
export function moveJob(job: JobRow, event: JobEvent, step: Step): void {
  const to = nextJobState(job.state, event)
  if (to === undefined) return
  watchingVerification(job, step.at, () => {
    const from = job.state
    job.state = to
    job.version++
    if (to === 'started') job.startedAt ??= iso(step.at)
    if (to === 'started' && event !== 'retried') job.halt = beginSample(job.halt.round + 1)
    job.approvalAskedBy = to === 'awaitingApproval' ? { id: step.actor.id, name: step.actor.name } : null
    job.haltReason = to === 'halted' ? (step.why ?? null) : null
    job.endedAt = to === 'completed' ? iso(step.at) : null
    record(jobLine(job, { ...step, from, to }), step.at)
  })
  keepPoint(job, step.at)
  announce({ kind: 'job', orgId: job.orgId, jobId: job.id })
  if (to === 'started' && job.supersede) takeOver(job, step.at)
}

/** What the devices of a job that starts still wait for in older ones is skipped: this job has them now. */
function takeOver(job: JobRow, at: number): void {
  job.supersede = false
  const older = new Set(db.jobs.slice(0, db.jobs.indexOf(job)).map(({ id }) => id))
  const taken = new Set(tasksOf(job.id).flatMap(({ status, deviceId }) => (status === 'skipped' ? [] : [deviceId])))
  for (const task of db.tasks)
    if (older.has(task.jobId) && taken.has(task.deviceId) && task.status === 'init')
      apply(task, { type: 'skip', at, reason: 'superseded' })
}
