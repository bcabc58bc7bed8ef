import { jobs as api, type JobUpdate } from '#contract/manage/jobs.ts'
import { problems } from '#contract/problems.ts'
import { canTarget, jobCan } from '#domain/can.ts'
import { keptOfJob } from '#domain/changes.ts'
import { mayApprove, mayUpgradeWith } from '#domain/job.ts'
import { recountWaves } from '#domain/wave-progress.ts'
import { cutWaves } from '#domain/waves.ts'
import { policyOfType } from '#domain/verification.ts'
import { mock } from '#mock-api/bind.ts'
import { clock } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { apply, completeWhenFinal, moveJob } from '#mock-api/engine/apply.ts'
import { taskOf } from '#mock-api/engine/join.ts'
import { find, firmwareOf, tasksOf } from '#mock-api/find.ts'
import { jobLine } from '#mock-api/log-lines.ts'
import { record } from '#mock-api/log.ts'
import { matching, mayHave } from '#mock-api/preview.ts'
import { insist, MockProblem } from '#mock-api/problem.ts'
import { jobFacts, jobView } from '#mock-api/views.ts'
import type { JobRow, UserRow } from '#mock-api/world.ts'

function judge(job: JobRow, verdict: 'approve' | 'reject', actor: UserRow) {
  const facts = jobFacts(job)
  insist(mayApprove(facts, job.approvalAskedBy?.id ?? null, actor.id))
  if (verdict === 'approve' && job.type === 'upgrade') insist(mayUpgradeWith(facts.firmware))
  const at = clock.now()
  if (verdict === 'approve') moveJob(job, 'approve', { verb: 'approved', actor, at })
  else moveJob(job, 'giveBack', { verb: 'rejected', actor, at })
  completeWhenFinal(job, at)
  return jobView(job)
}

function withdraw(job: JobRow, actor: UserRow) {
  insist(jobCan.withdraw(jobFacts(job)))
  moveJob(job, 'giveBack', { verb: 'withdrawn', actor, at: clock.now() })
  return jobView(job)
}

/**
 * Waiting tasks that fall out of the scope are skipped, devices that came into it join, those that an earlier edit
 * left out come back; all others stay.
 */
function matchAgain(job: JobRow, actor: UserRow): void {
  const matched = matching(firmwareOf(job), job.scope)
  const ids = new Set(matched.map(({ id }) => id))
  const before = tasksOf(job.id)
  for (const device of matched) {
    const task = before.find(({ deviceId }) => deviceId === device.id)
    if (!task) db.tasks.push(taskOf(job, device))
    else apply(task, { type: 'rejoin', at: clock.now(), sourceVersion: device.currentVersion }, actor)
  }
  for (const task of before)
    if (task.status === 'init' && !ids.has(task.deviceId))
      apply(task, { type: 'skip', at: clock.now(), reason: 'noLongerMatches' }, actor)
}

/** How many devices the job is about with another scope: those that match it, and those that are past waiting. */
const reached = (job: JobRow, scope: JobRow['scope']): number =>
  matching(firmwareOf(job), scope).length + tasksOf(job.id).filter(({ status }) => status !== 'init').length

function cutAgain(job: JobRow): void {
  const { waves } = job.policy
  const tasks = waves.length < 2 ? [] : tasksOf(job.id)
  const ids = tasks.map(({ deviceId }) => deviceId)
  const numbers = waves.length < 2 ? new Map<string, number>() : cutWaves(waves, job.id, ids)
  for (const task of tasks) task.wave = numbers.get(task.deviceId) ?? 0
  job.waveState = recountWaves(
    waves,
    tasks.map((task) => ({ wave: task.wave, facts: task })),
  )
}

function edit(job: JobRow, { scope, policy, version }: JobUpdate, actor: UserRow) {
  insist(jobCan.edit(jobFacts(job)))
  if (job.version !== version) throw new MockProblem(problems.stale())
  const next = {
    ...job,
    ...(scope && { scope }),
    ...(policy && { policy: policyOfType(job.type, policy), policyId: null }),
  }
  insist(mayHave(job.type, firmwareOf(job), next.scope))
  insist(canTarget(scope ? reached(job, scope) : tasksOf(job.id).length, next.policy.list))
  const before = { scope: job.scope, policy: job.policy }
  Object.assign(job, { scope: next.scope, policy: next.policy, policyId: next.policyId })
  const sides = { before: keptOfJob(before), after: keptOfJob(job) }
  if (job.state === 'awaitingApproval') moveJob(job, 'giveBack', { verb: 'edited', actor, at: clock.now(), ...sides })
  else {
    job.version++
    record(jobLine(job, { verb: 'edited', actor, ...sides }))
  }
  if (scope) matchAgain(job, actor)
  cutAgain(job)
  if (scope) record(jobLine(job, { verb: 'matched', actor }))
  return jobView(job)
}

export const jobEditHandlers = [
  mock(api.approve, ({ params }, { org, caller }) => judge(find.job(org.id, params.jobId), 'approve', caller)),
  mock(api.reject, ({ params }, { org, caller }) => judge(find.job(org.id, params.jobId), 'reject', caller)),
  mock(api.withdraw, ({ params }, { org, caller }) => withdraw(find.job(org.id, params.jobId), caller)),
  mock(api.update, ({ params, body }, { org, caller }) => edit(find.job(org.id, params.jobId), body, caller)),
]
