import { jobs as api, type TaskSelection } from '#contract/manage/jobs.ts'
import { orgs, type Org } from '#contract/manage/orgs.ts'
import { canCancelTask, canRetryTask, jobCan, mayActOn, nothingDone, type Allowed, type BulkAct } from '#domain/can.ts'
import { DEVICE_GONE } from '#domain/registry.ts'
import { advanceWave, mayAdvance } from '#domain/wave-progress.ts'
import { mock } from '#mock-api/bind.ts'
import { clock } from '#mock-api/clock.ts'
import { apply, begin, completeWhenFinal, moveJob, openNextWaves } from '#mock-api/engine/apply.ts'
import { db } from '#mock-api/db.ts'
import { find, tasksOf } from '#mock-api/find.ts'
import { jobLine } from '#mock-api/log-lines.ts'
import { record } from '#mock-api/log.ts'
import { insist } from '#mock-api/problem.ts'
import { jobFacts, jobView } from '#mock-api/views.ts'
import type { JobRow, TaskRow, UserRow } from '#mock-api/world.ts'

const VERBS = { stop: 'stopped', end: 'ended' } as const

function act(job: JobRow, verb: 'start' | 'stop' | 'end', actor: UserRow) {
  insist(jobCan[verb](jobFacts(job)))
  const now = clock.now()
  if (verb === 'start') begin(job, actor, now)
  else moveJob(job, verb, { verb: VERBS[verb], actor, at: now })
  if (verb === 'end') {
    for (const task of tasksOf(job.id)) apply(task, { type: 'skip', at: now, reason: 'jobEnded' })
  }
  if (verb === 'start') completeWhenFinal(job, now)
  return jobView(job)
}

function resume(job: JobRow, why: string, actor: UserRow) {
  insist(jobCan.resume(jobFacts(job)))
  moveJob(job, 'resume', { verb: 'resumed', actor, at: clock.now(), why })
  completeWhenFinal(job, clock.now())
  return jobView(job)
}

function advance(job: JobRow, actor: UserRow) {
  insist(jobCan.advance(jobFacts(job)))
  const now = clock.now()
  insist(mayAdvance(job.waveState, job.policy.waves, now))
  job.waveState = advanceWave(job.waveState)
  openNextWaves(job, now)
  record(jobLine(job, { verb: 'advanced', actor }), now)
  return jobView(job)
}

const selected = (job: JobRow, selection: TaskSelection): TaskRow[] =>
  tasksOf(job.id).filter((task) =>
    'all' in selection
      ? task.status === selection.status && (selection.failure ?? task.failure) === task.failure
      : selection.deviceIds.includes(task.deviceId),
  )

const MAY: Readonly<Record<BulkAct, (task: TaskRow) => Allowed>> = { cancel: canCancelTask, retry: canRetryTask }

const mayDo = (act: BulkAct, task: TaskRow): Allowed =>
  db.devices.some(({ id }) => id === task.deviceId) ? MAY[act](task) : DEVICE_GONE

interface Bulk {
  job: JobRow
  selection: TaskSelection
  caller: UserRow
}

/** Changes the selected tasks that the rule lets; when it lets none of those found, its reason is the answer. */
function actOnTasks(act: BulkAct, { job, selection, caller }: Bulk) {
  insist(mayActOn(act, jobFacts(job), selection))
  const found = selected(job, selection)
  const tasks = found.filter((task) => mayDo(act, task) === true)
  const refused = found.map((task) => mayDo(act, task)).find((allowed) => allowed !== true) ?? true
  if (tasks.length === 0) insist(nothingDone(act, selection, refused))
  const now = clock.now()
  for (const task of tasks) apply(task, { type: act, at: now }, caller)
  return { affected: tasks.length }
}

function stopAll({ id: orgId }: Org, actor: UserRow) {
  const started = db.jobs.filter((job) => job.orgId === orgId && job.state === 'started')
  for (const job of started) moveJob(job, 'stop', { verb: 'stopped', actor, at: clock.now(), why: 'Emergency stop.' })
  const summary = `Emergency stop: ${started.length} ${started.length === 1 ? 'job' : 'jobs'} stopped.`
  record({ orgId, actor, object: { kind: 'org', id: orgId }, action: 'org.emergencyStopped', summary })
  return { stopped: started.length }
}

export const jobActHandlers = [
  mock(orgs.emergencyStop, (_, { org, caller }) => stopAll(org, caller)),
  mock(api.advance, ({ params }, { org, caller }) => advance(find.job(org.id, params.jobId), caller)),
  mock(api.resume, ({ params, body }, { org, caller }) => resume(find.job(org.id, params.jobId), body.reason, caller)),
  mock(api.start, ({ params }, { org, caller }) => act(find.job(org.id, params.jobId), 'start', caller)),
  mock(api.stop, ({ params }, { org, caller }) => act(find.job(org.id, params.jobId), 'stop', caller)),
  mock(api.end, ({ params }, { org, caller }) => act(find.job(org.id, params.jobId), 'end', caller)),
  mock(api.cancel, ({ params, body }, { org, caller }) =>
    actOnTasks('cancel', { job: find.job(org.id, params.jobId), selection: body, caller }),
  ),
  mock(api.retry, ({ params, body }, { org, caller }) =>
    actOnTasks('retry', { job: find.job(org.id, params.jobId), selection: body, caller }),
  ),
]
