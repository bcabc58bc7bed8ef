import { JOB_WORDS, type JobVerb } from '#domain/log-words.ts'
import { iso } from '#mock-api/clock.ts'
import type { JobRow, LogRow } from '#mock-api/world.ts'

import { id } from './ids.ts'

const MINUTE = 60_000

interface Step {
  at: number
  verb: JobVerb
  from?: string
  to: string
  /** The service did it, and nobody. */
  bySystem?: boolean
  why?: string | null
}

/** What the state of a job says that must have happened to it. @param now epoch milliseconds */
function stepsOf({ state, createdAt, startedAt, endedAt, haltReason }: JobRow, now: number): Step[] {
  const begun = Date.parse(createdAt)
  const steps: Step[] = [{ at: begun, verb: 'created', to: 'stopped' }]
  const add = (step: Step) => steps.push(step)
  if (state === 'awaitingApproval') add({ at: begun + MINUTE, verb: 'startAsked', from: 'stopped', to: state })
  if (startedAt) add({ at: Date.parse(startedAt), verb: 'started', from: 'stopped', to: 'started' })
  const from = 'started'
  if (state === 'halted')
    add({ at: now - 5 * MINUTE, verb: 'halted', from, to: state, bySystem: true, why: haltReason })
  if (state === 'stopped' && startedAt) add({ at: now - 90 * MINUTE, verb: 'stopped', from, to: state })
  if (endedAt) add({ at: Date.parse(endedAt), verb: 'completed', from, to: 'completed', bySystem: true })
  return steps
}

/** What is known of the seeded jobs: that they were created, started, held up and ended. */
export function seedLog(jobs: readonly JobRow[], now: number): LogRow[] {
  return jobs
    .flatMap((job) => stepsOf(job, now).map((step) => line(job, step)))
    .map((entry, n) => ({ ...entry, id: id.log(n + 1) }))
}

const line = (job: JobRow, { at, verb, from, to, bySystem = false, why = null }: Step): Omit<LogRow, 'id'> => ({
  orgId: job.orgId,
  jobId: job.id,
  deviceId: null,
  changes: [],
  at: iso(at),
  actor: bySystem ? { id: '', name: 'system' } : job.createdBy,
  actorKind: bySystem ? 'system' : 'user',
  address: bySystem ? '' : '127.0.0.1',
  objectKind: 'job',
  objectId: job.id,
  action: `job.${verb}`,
  summary: `Job “${job.name}” ${JOB_WORDS[verb]}.`,
  from: from ?? null,
  to,
  why,
})
