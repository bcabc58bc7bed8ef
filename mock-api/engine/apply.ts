import { nextJobState, allFinal } from '#domain/job.ts'
import { applyTask, isFinal } from '#domain/task.ts'
import { reasonOf } from '#domain/reasons.ts'
import type { TaskEvent, TaskTerms } from '#domain/task-facts.ts'
import { iso } from '#mock-api/clock.ts'
import { firmwareOf, jobById } from '#mock-api/find.ts'
import { announce } from '#mock-api/live.ts'
import { record, SYSTEM } from '#mock-api/log.ts'
import { countsOf } from '#mock-api/views.ts'
import type { JobRow, TaskRow } from '#mock-api/world.ts'

export const termsOf = (job: JobRow): TaskTerms => ({
  targetVersion: firmwareOf(job).version,
  timeoutMs: job.policy.timeoutSeconds * 1_000,
  proof: job.policy.proof,
})

/**
 * The one way in which a task changes: by the domain's table, logged and announced.
 * @returns whether the command has to be sent (again)
 */
export function apply(task: TaskRow, event: TaskEvent, actor = SYSTEM): boolean {
  const job = jobById(task.jobId)
  const { jobId, deviceId, status: from } = task
  const outcome = applyTask(task, event, termsOf(job))
  if (outcome.kind === 'ignored') return false
  Object.assign(task, outcome.task, { updatedAt: event.at })
  if (outcome.kind === 'stray') return false
  if (from !== task.status) logChange(task, job, from, actor)
  announce({ kind: 'task', orgId: job.orgId, jobId, deviceId }, { kind: 'job', orgId: job.orgId, jobId })
  if (isFinal(task)) completeWhenFinal(job, event.at)
  return outcome.push
}

function logChange(task: TaskRow, job: JobRow, from: string, actor: typeof SYSTEM): void {
  record({
    orgId: job.orgId,
    actor,
    action: `task.${task.status}`,
    summary: `${task.deviceKey} in ${job.name}: ${reasonOf(task)}`,
    from,
    to: task.status,
    jobId: job.id,
    deviceId: task.deviceId,
  })
}

/** A started job whose devices have all ended is over. */
export function completeWhenFinal(job: JobRow, at: number): void {
  const next = allFinal(countsOf(job.id)) ? nextJobState(job.state, 'allFinal') : undefined
  if (next) moveJob(job, next, at, SYSTEM, `Job ${job.name} completed.`)
}

/** Puts a job into a state that the domain's table allows, logged and announced. */
export function moveJob(job: JobRow, to: JobRow['state'], at: number, actor: typeof SYSTEM, summary: string): void {
  const from = job.state
  job.state = to
  job.version++
  if (to === 'started') {
    job.startedAt ??= iso(at)
    job.endedAt = null
  }
  if (to === 'completed') job.endedAt = iso(at)
  record({ orgId: job.orgId, actor, action: `job.${to}`, summary, from, to, jobId: job.id })
  announce({ kind: 'job', orgId: job.orgId, jobId: job.id })
}
