import { jobs as api, type JobCreate } from '#contract/manage/jobs.ts'
import { canTarget, canVerifyWith, jobCan } from '#domain/can.ts'
import { newTask } from '#domain/task.ts'
import { PLAIN_POLICY, unsupported } from '#domain/unsupported.ts'
import { mock } from '#mock-api/bind.ts'
import { clock, iso } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { moveJob } from '#mock-api/engine/apply.ts'
import { find } from '#mock-api/find.ts'
import { announce } from '#mock-api/live.ts'
import { jobLine } from '#mock-api/log-lines.ts'
import { record } from '#mock-api/log.ts'
import { pageOf, startsWith } from '#mock-api/page.ts'
import { matching, previewOf } from '#mock-api/preview.ts'
import { insist } from '#mock-api/problem.ts'
import { jobFacts, jobView } from '#mock-api/views.ts'
import type { JobRow, UserRow } from '#mock-api/world.ts'

/** Makes the job and its tasks; nothing of it stays when it may not be started. */
function make({ start, firmwareId, supersede, ...body }: JobCreate, orgId: string, caller: UserRow): JobRow {
  const firmware = find.firmware(orgId, firmwareId)
  const policy = body.policyId === undefined ? body.policy : find.policy(orgId, body.policyId).policy
  insist(unsupported({ policy: policy ?? PLAIN_POLICY, scope: body.scope, supersede }))
  if (body.type === 'verify') insist(canVerifyWith(body.scope.deviceKeys.length, firmware.verification.maxDevices))
  const devices = matching(firmware, body.scope)
  insist(canTarget(devices.length))
  const now = clock.now()
  const job: JobRow = {
    ...body,
    id: crypto.randomUUID(),
    orgId,
    firmwareId,
    productKey: firmware.productKey,
    state: 'stopped',
    policy: policy ?? PLAIN_POLICY,
    policyId: body.policyId ?? null,
    haltReason: null,
    approvalAskedBy: null,
    createdBy: { id: caller.id, name: caller.name },
    createdAt: iso(now),
    startedAt: null,
    endedAt: null,
    version: 1,
  }
  if (start) insist(jobCan.start(jobFacts(job)))
  db.jobs.push(job)
  db.tasks.push(
    ...devices.map((device) => ({
      ...newTask(device.currentVersion),
      jobId: job.id,
      deviceId: device.id,
      deviceKey: device.deviceKey,
      updatedAt: now,
    })),
  )
  record(jobLine(job, { verb: 'created', actor: caller, to: 'stopped' }), now)
  announce({ kind: 'job', orgId, jobId: job.id })
  if (start) moveJob(job, 'start', { verb: 'started', actor: caller, at: now })
  return job
}

export const jobHandlers = [
  mock(api.preview, ({ body }, { org }) => previewOf(find.firmware(org.id, body.firmwareId), body)),

  mock(api.list, ({ query }, { org }) => {
    const rows = db.jobs.filter(
      (job) =>
        job.orgId === org.id &&
        startsWith(job.name, query.q) &&
        (query.type === undefined || job.type === query.type) &&
        (query.state === undefined || job.state === query.state) &&
        (query.product === undefined || job.productKey === query.product) &&
        (query.firmware === undefined || job.firmwareId === query.firmware),
    )
    const byTime = query.sort === 'createdAt'
    const keyOf = ({ createdAt, name, id }: JobRow) => `${byTime ? createdAt : name}\n${id}`
    const page = pageOf(rows, query, keyOf, byTime ? 'desc' : 'asc')
    return { ...page, items: page.items.map(jobView) }
  }),

  mock(api.create, ({ body }, { org, caller }) => jobView(make(body, org.id, caller))),

  mock(api.view, ({ params }, { org }) => jobView(find.job(org.id, params.jobId))),

  mock(api.delete, ({ params }, { org, caller }) => {
    const job = find.job(org.id, params.jobId)
    insist(jobCan.delete(jobFacts(job)))
    db.jobs = db.jobs.filter(({ id }) => id !== job.id)
    db.tasks = db.tasks.filter(({ jobId }) => jobId !== job.id)
    record(jobLine(job, { verb: 'deleted', actor: caller, from: job.state }))
    announce({ kind: 'job', orgId: org.id, jobId: job.id })
  }),
]
