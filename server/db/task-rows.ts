import type { Selectable } from 'kysely'

import type { TaskFacts } from '#domain/task.ts'
import type { TaskRecord } from '#server/ports-engine.ts'

import type { Column } from './many.ts'
import type { TasksTable } from './schema.ts'

const key: readonly Column<TaskRecord>[] = [
  ['job_id', 'text', (task) => task.jobId],
  ['device_id', 'text', (task) => task.deviceId],
]

/** What a report changes while the task stays where it is: none of it stands in an index. */
const touched: readonly Column<TaskRecord>[] = [
  ['progress', 'integer', ({ facts }) => facts.progress],
  ['progress_text', 'text', ({ facts }) => facts.progressText],
  ['installed', 'integer', ({ facts }) => Number(facts.installed)],
  ['progress_session_id', 'text', ({ facts }) => facts.progressSessionId],
  ['push_session_id', 'text', ({ facts }) => facts.pushSessionId],
  ['pushed_at', 'bigint', ({ facts }) => facts.pushedAt],
  ['pushes', 'integer', ({ facts }) => facts.pushes],
  ['strays', 'integer', ({ facts }) => facts.strays],
  ['installed_at', 'bigint', ({ facts }) => facts.installedAt],
  ['last_report_at', 'bigint', ({ facts }) => facts.lastReportAt],
  ['settles_at', 'bigint', ({ facts }) => facts.settlesAt],
  ['updated_at', 'bigint', (task) => task.updatedAt],
]

const moved: readonly Column<TaskRecord>[] = [
  ...touched,
  ['status', 'text', ({ facts }) => facts.status],
  ['attempt', 'integer', ({ facts }) => facts.attempt],
  ['via', 'text', ({ facts }) => facts.via],
  ['source_version', 'text', ({ facts }) => facts.sourceVersion],
  ['failure', 'text', ({ facts }) => facts.failure],
  ['failure_text', 'text', ({ facts }) => facts.failureText],
  ['skip_reason', 'text', ({ facts }) => facts.skipReason],
  ['proof', 'text', ({ facts }) => facts.proof],
  ['already_there', 'integer', ({ facts }) => Number(facts.alreadyThere)],
  ['late', 'integer', ({ facts }) => Number(facts.late)],
  ['reached', 'integer', ({ facts }) => Number(facts.reached)],
  ['previous', 'text', ({ facts }) => facts.previous],
  ['command_id', 'text', (task) => task.commandId],
  ['retry_at', 'bigint', ({ facts }) => facts.retryAt],
  ['rated_in', 'integer', (task) => task.ratedIn],
  ['published_at', 'bigint', ({ facts }) => facts.publishedAt],
  ['upgrading_at', 'bigint', ({ facts }) => facts.upgradingAt],
  ['deadline_at', 'bigint', ({ facts }) => facts.deadlineAt],
  ['deadline_kind', 'text', ({ facts }) => facts.deadlineKind],
]

export const PLACE = {
  keys: key,
  columns: [['wave', 'integer', ({ wave }) => wave]] as const satisfies Column<TaskRecord>[],
}
export const TOUCH = { keys: key, columns: touched }
export const MOVE = { keys: key, columns: moved }
export const INSERT: readonly Column<TaskRecord>[] = [
  ...key,
  ['org_id', 'text', (task) => task.orgId],
  ['device_key', 'text', (task) => task.deviceKey],
  ['wave', 'integer', ({ wave }) => wave],
  ['created_at', 'bigint', (task) => task.updatedAt],
  ...moved,
]

/** A row in the words of the rules. The database holds only what the rules wrote, so its texts are their words. */
export function taskOf(row: Selectable<TasksTable>): TaskRecord {
  return {
    jobId: row.job_id,
    deviceId: row.device_id,
    orgId: row.org_id,
    deviceKey: row.device_key,
    commandId: row.command_id,
    wave: row.wave,
    ratedIn: row.rated_in,
    updatedAt: row.updated_at,
    facts: {
      status: row.status as TaskFacts['status'],
      attempt: row.attempt,
      via: row.via,
      progress: row.progress,
      progressText: row.progress_text,
      installed: row.installed === 1,
      sourceVersion: row.source_version,
      failure: row.failure as TaskFacts['failure'],
      failureText: row.failure_text,
      skipReason: row.skip_reason as TaskFacts['skipReason'],
      proof: row.proof as TaskFacts['proof'],
      alreadyThere: row.already_there === 1,
      late: row.late === 1,
      reached: row.reached === 1,
      previous: row.previous as TaskFacts['previous'],
      progressSessionId: row.progress_session_id,
      pushSessionId: row.push_session_id,
      pushedAt: row.pushed_at,
      pushes: row.pushes,
      strays: row.strays,
      publishedAt: row.published_at,
      upgradingAt: row.upgrading_at,
      installedAt: row.installed_at,
      lastReportAt: row.last_report_at,
      deadlineAt: row.deadline_at,
      deadlineKind: row.deadline_kind as TaskFacts['deadlineKind'],
      settlesAt: row.settles_at,
      retryAt: row.retry_at,
    },
  }
}
