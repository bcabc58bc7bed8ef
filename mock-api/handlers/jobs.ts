import { jobs as api, type JobCreate } from '#contract/manage/jobs.ts'
import type { Policy } from '#contract/manage/policies.ts'
import { canTarget, jobCan } from '#domain/can.ts'
import { keptOfJob } from '#domain/changes.ts'
import { beginSample } from '#domain/halt.ts'
import { NO_PACE } from '#domain/pace.ts'
import { ONE_WAVE, recountWaves } from '#domain/wave-progress.ts'
import { cutWaves } from '#domain/waves.ts'
import { PLAIN_POLICY } from '#domain/plain-policy.ts'
import { policyOfType } from '#domain/verification.ts'
import { mock } from '#mock-api/bind.ts'
import { clock, iso } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { begin } from '#mock-api/engine/apply.ts'
import { taskOf } from '#mock-api/engine/join.ts'
import { find, firmwareOf } from '#mock-api/find.ts'
import { announce } from '#mock-api/live.ts'
import { jobLine } from '#mock-api/log-lines.ts'
import { record } from '#mock-api/log.ts'
import { pageOf, startsWith } from '#mock-api/page.ts'
import { matching, mayHave } from '#mock-api/preview.ts'
import { insist } from '#mock-api/problem.ts'
import { keepPoint } from '#mock-api/progress.ts'
import { jobDetail, jobFacts, jobView, stateOfFirmware } from '#mock-api/views.ts'
import type { FirmwareRow, JobRow, UserRow } from '#mock-api/world.ts'

/** The policy that is named, as it is now; or the one that is given; or the defaults. */
const policyOf = (orgId: string, { policyId, policy }: Pick<JobCreate, 'policyId' | 'policy'>): Policy =>
  policyId === undefined ? (policy ?? PLAIN_POLICY) : find.policy(orgId, policyId).policy

function newJob({ start: _, ...body }: JobCreate, { orgId, productKey }: FirmwareRow, caller: UserRow) {
  return {
    ...body,
    id: crypto.randomUUID(),
    orgId,
    productKey,
    state: 'stopped' as const,
    policy: policyOfType(body.type, policyOf(orgId, body)),
    policyId: body.policyId ?? null,
    halt: beginSample(0),
    pace: NO_PACE,
    waveState: ONE_WAVE,
    haltReason: null,
    approvalAskedBy: null,
    createdBy: { id: caller.id, name: caller.name },
    createdAt: iso(clock.now()),
    startedAt: null,
    endedAt: null,
    version: 1,
  }
}

/** Makes the job and its tasks; nothing of it stays when it may not be made or started. */
function make(body: JobCreate, orgId: string, caller: UserRow): JobRow {
  const firmware = find.anyFirmware(orgId, body.firmwareId)
  const job: JobRow = newJob(body, firmware, caller)
  insist(mayHave(body.type, firmware, body.scope))
  // an unverified one only has to be verified when the upgrade starts
  if (body.start || firmware.deleted) insist(jobCan.start(jobFacts(job)))
  const devices = matching(firmware, body.scope)
  insist(canTarget(devices.length, job.policy.list))
  const ids = devices.map(({ id }) => id)
  const waves = job.policy.waves.length < 2 ? new Map<string, number>() : cutWaves(job.policy.waves, job.id, ids)
  const tasks = devices.map((device) => taskOf(job, device, waves.get(device.id)))
  const placed = tasks.map((task) => ({ wave: task.wave, facts: task }))
  job.waveState = recountWaves(job.policy.waves, placed)
  db.jobs.push(job)
  db.tasks.push(...tasks)
  record(jobLine(job, { verb: 'created', actor: caller, to: 'stopped', after: keptOfJob(job) }))
  keepPoint(job, clock.now())
  announce({ kind: 'job', orgId, jobId: job.id })
  if (body.start) begin(job, caller, clock.now())
  return job
}

/** A verdict that was reached stays without its job; one that was only awaited from it is not coming any more. */
function keepVerdict(job: JobRow): void {
  const firmware = firmwareOf(job)
  const state = stateOfFirmware(firmware)
  if (job.type !== 'verify' || job.startedAt === null || state === 'verifying') return
  firmware.verdict = { state, settled: db.jobs.slice(0, db.jobs.indexOf(job) + 1).map(({ id }) => id) }
}

export const jobHandlers = [
  mock(api.list, ({ query }, { org }) => {
    const rows = db.jobs.filter(
      (job) =>
        job.orgId === org.id &&
        startsWith(job.name, query.q) &&
        (query.type === undefined || job.type === query.type) &&
        (query.state === undefined || job.state === query.state) &&
        (query.product === undefined || job.productKey === query.product) &&
        (query.firmware === undefined || job.firmwareId === query.firmware) &&
        (query.policy === undefined || job.policyId === query.policy),
    )
    const byTime = query.sort === 'createdAt'
    const keyOf = ({ createdAt, name, id }: JobRow) => `${byTime ? createdAt : name}\n${id}`
    const page = pageOf(rows, query, keyOf, byTime ? 'desc' : 'asc')
    return { ...page, items: page.items.map(jobView) }
  }),

  mock(api.create, ({ body }, { org, caller }) => jobView(make(body, org.id, caller))),

  mock(api.view, ({ params }, { org }) => jobDetail(find.job(org.id, params.jobId))),

  mock(api.delete, ({ params }, { org, caller }) => {
    const job = find.job(org.id, params.jobId)
    insist(jobCan.delete(jobFacts(job)))
    keepVerdict(job)
    db.jobs = db.jobs.filter(({ id }) => id !== job.id)
    db.tasks = db.tasks.filter(({ jobId }) => jobId !== job.id)
    db.progress = db.progress.filter(({ jobId }) => jobId !== job.id)
    record(jobLine(job, { verb: 'deleted', actor: caller, from: job.state }))
    announce({ kind: 'job', orgId: org.id, jobId: job.id })
  }),
]
