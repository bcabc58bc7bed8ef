import { jobs as api, type TaskSelection } from '#contract/manage/jobs.ts'
import { orgs, type Org } from '#contract/manage/orgs.ts'
import { canCancelTask, canRetryTask, jobCan, type Allowed } from '#domain/can.ts'
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
    'all' in selection ? task.status === selection.status : selection.deviceIds.includes(task.deviceId),
  )

/** Of the selected tasks those that the rule allows; when it allows none, its reason is the answer. */
function allowedOf(tasks: readonly TaskRow[], rule: (task: TaskRow) => Allowed): TaskRow[] {
  const allowed = tasks.filter((task) => rule(task) === true)
  const [first] = tasks
  if (allowed.length === 0 && first) insist(rule(first))
  return allowed
}

interface Bulk {
  job: JobRow
  selection: TaskSelection
  caller: UserRow
}

function cancel({ job, selection, caller }: Bulk) {
  insist(jobCan.cancel(jobFacts(job)))
  const tasks = allowedOf(selected(job, selection), canCancelTask)
  for (const task of tasks) apply(task, { type: 'cancel', at: clock.now() }, caller)
  return { affected: tasks.length }
}

function retry({ job, selection, caller }: Bulk) {
  insist(jobCan.retry(jobFacts(job)))
  const tasks = allowedOf(selected(job, selection), canRetryTask)
  const now = clock.now()
  for (const task of tasks) apply(task, { type: 'retry', at: now }, caller)
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
    cancel({ job: find.job(org.id, params.jobId), selection: body, caller }),
  ),
  mock(api.retry, ({ params, body }, { org, caller }) =>
    retry({ job: find.job(org.id, params.jobId), selection: body, caller }),
  ),
]
