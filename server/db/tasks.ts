import { sql, type ExpressionBuilder, type Expression, type SelectQueryBuilder, type SqlBool } from 'kysely'

import type { FailureKind } from '#contract/manage/failure.ts'
import type { EngineReads, EngineTx } from '#server/ports-engine.ts'

import { insertMany, updateMany, type Writing } from './many.ts'
import { IS_FAILED } from './migrations/011-activity.ts'
import type { Reader } from './open.ts'
import { afterPrefix, keysetPage } from './page.ts'
import type { Database } from './schema.ts'
import { INSERT, MOVE, PLACE, taskOf, TOUCH } from './task-rows.ts'

type TaskReads = Pick<
  EngineReads,
  | 'reportable'
  | 'tasks'
  | 'tasksAfter'
  | 'membersAfter'
  | 'waitingAfter'
  | 'due'
  | 'earliestDeadline'
  | 'busy'
  | 'wanted'
  | 'waitingInOlder'
  | 'failures'
  | 'unfinishedOf'
  | 'taskPage'
>
type TaskWrites = Pick<
  EngineTx,
  'insertTasks' | 'placeInWaves' | 'updateTasks' | 'touchTasks' | 'deleteTasks' | 'raiseDeadlines'
>

type On = ExpressionBuilder<Database, 'tasks'>
const isOpen = (on: On): Expression<SqlBool> => on('tasks.status', 'in', ['published', 'upgrading'])
const isUnfinished = (on: On): Expression<SqlBool> => on('tasks.status', 'in', ['init', 'published', 'upgrading'])

/** Failed in this one way: in the order of their keys by an index of their own. */
const ofFailure = <Row>(query: SelectQueryBuilder<Database, 'tasks', Row>, failure: FailureKind) =>
  query.where('failure', '=', failure).where(sql.raw<SqlBool>(IS_FAILED))

export function taskReads(db: Reader): TaskReads {
  const tasks = () => db.selectFrom('tasks').selectAll('tasks')
  return {
    async reportable(deviceIds) {
      if (deviceIds.length === 0) return []
      // job ids are time-ordered: a device's latest task is the one of its newest job
      const latest = sql<SqlBool>`tasks.job_id = (select max(t.job_id) from tasks as t where t.device_id = tasks.device_id)`
      const rows = await tasks()
        .where('device_id', 'in', deviceIds)
        .where((on) => on.or([isUnfinished(on), latest]))
        .orderBy('job_id')
        .execute()
      return rows.map(taskOf)
    },
    async tasks(jobId, deviceIds) {
      if (deviceIds.length === 0) return []
      const rows = await tasks()
        .where('job_id', '=', jobId)
        .where('device_id', 'in', deviceIds)
        .orderBy('device_key')
        .execute()
      return rows.map(taskOf)
    },
    async tasksAfter(jobId, { status, failure }, afterKey, limit) {
      const inState = tasks().where('job_id', '=', jobId).where('status', '=', status)
      const rows = await (failure === undefined ? inState : ofFailure(inState, failure))
        .where('device_key', '>', afterKey)
        .orderBy('device_key')
        .limit(limit)
        .execute()
      return rows.map(taskOf)
    },
    async membersAfter(jobId, afterKey, limit) {
      const rows = await db
        .selectFrom('tasks')
        .select(['device_id', 'device_key'])
        .where('job_id', '=', jobId)
        .where('device_key', '>', afterKey)
        .orderBy('device_key')
        .limit(limit)
        .execute()
      return rows.map((row) => ({ deviceId: row.device_id, deviceKey: row.device_key }))
    },
    async waitingAfter(jobId, afterKey, limit) {
      const waiting = db
        .selectFrom('tasks')
        .select(['device_id', 'device_key'])
        .where('job_id', '=', jobId)
        .where('status', '=', 'init')
        .where('device_key', '>', afterKey)
        .orderBy('device_key')
        .limit(limit)
        .as('waiting')
      const rows = await db
        .selectFrom(waiting)
        .leftJoin('devices', 'devices.id', 'waiting.device_id')
        .select(['waiting.device_id', 'waiting.device_key', 'devices.connected'])
        .orderBy('waiting.device_key')
        .execute()
      return rows.map((row) => ({
        deviceId: row.device_id,
        deviceKey: row.device_key,
        connected: row.connected === 1,
      }))
    },
    async due(now, limit) {
      const rows = await tasks().where('deadline_at', '<=', now).orderBy('deadline_at').limit(limit).execute()
      return rows.map(taskOf)
    },
    async earliestDeadline() {
      const row = await db
        .selectFrom('tasks')
        .select('deadline_at')
        .where('deadline_at', 'is not', null)
        .orderBy('deadline_at')
        .limit(1)
        .executeTakeFirst()
      return row?.deadline_at ?? null
    },
    async busy(deviceIds) {
      if (deviceIds.length === 0) return new Map()
      const rows = await db
        .selectFrom('tasks')
        .innerJoin('jobs', 'jobs.id', 'tasks.job_id')
        .select(['tasks.device_id', 'jobs.id', 'jobs.name'])
        .where('tasks.device_id', 'in', deviceIds)
        .where((on) => isOpen(on as unknown as On))
        .execute()
      return new Map(rows.map(({ device_id, id, name }) => [device_id, { jobId: id, jobName: name }]))
    },
    async wanted(deviceIds, exceptJobId) {
      if (deviceIds.length === 0) return new Set()
      const rows = await db
        .selectFrom('tasks')
        .innerJoin('jobs', 'jobs.id', 'tasks.job_id')
        .select('tasks.device_id')
        .distinct()
        .where('tasks.device_id', 'in', deviceIds)
        .where((on) => isUnfinished(on as unknown as On))
        .where('jobs.state', '<>', 'completed')
        .where('jobs.id', '<>', exceptJobId ?? '')
        .execute()
      return new Set(rows.map((row) => row.device_id))
    },
    async waitingInOlder(deviceIds, thanJobId) {
      if (deviceIds.length === 0) return []
      const rows = await tasks()
        .innerJoin('jobs', 'jobs.id', 'tasks.job_id')
        .where('tasks.device_id', 'in', deviceIds)
        .where('tasks.status', '=', 'init')
        .where('jobs.state', '<>', 'completed')
        .where('jobs.id', '<', thanJobId)
        .execute()
      return rows.map(taskOf)
    },
    async failures(jobId) {
      const rows = await db
        .selectFrom('tasks')
        .where('job_id', '=', jobId)
        .where(sql.raw<SqlBool>(IS_FAILED))
        .groupBy('failure')
        .select((on) => ['failure', on.fn.countAll<number>().as('n')])
        .orderBy('n', 'desc')
        .orderBy('failure')
        .execute()
      return rows.map(({ failure, n }) => ({ kind: failure as FailureKind, count: n }))
    },
    async unfinishedOf(deviceId) {
      const rows = await tasks().where('device_id', '=', deviceId).where(isUnfinished).orderBy('job_id').execute()
      return rows.map(taskOf)
    },
    async taskPage(jobId, { status, failure, q }, ask) {
      let query = tasks().where('job_id', '=', jobId)
      if (status !== undefined) query = query.where('status', '=', status)
      if (failure !== undefined) query = ofFailure(query, failure)
      if (q) query = query.where('device_key', '>=', q).where('device_key', '<', afterPrefix(q))
      const page = await keysetPage(query, ['device_key'], ask)
      return { ...page, items: page.items.map(taskOf), total: null }
    },
  }
}

export function taskWrites(writing: Writing): TaskWrites {
  const { trx } = writing
  return {
    insertTasks: (records) => insertMany(writing, 'tasks', INSERT, records),
    updateTasks: (records) => updateMany(writing, 'tasks', MOVE, records),
    placeInWaves: (records) => updateMany(writing, 'tasks', PLACE, records),
    touchTasks: (records) => updateMany(writing, 'tasks', TOUCH, records),
    async deleteTasks(jobId, afterKey, limit) {
      const rows = await trx
        .selectFrom('tasks')
        .select('device_key')
        .where('job_id', '=', jobId)
        .where('device_key', '>', afterKey)
        .orderBy('device_key')
        .limit(limit)
        .execute()
      const last = rows.at(-1)?.device_key
      if (last === undefined) return null
      await trx
        .deleteFrom('tasks')
        .where('job_id', '=', jobId)
        .where('device_key', '>', afterKey)
        .where('device_key', '<=', last)
        .execute()
      return last
    },
    async raiseDeadlines(floor, byMs = 0) {
      const moved = sql<number>`deadline_at + ${byMs}`
      if (byMs !== 0)
        await trx.updateTable('tasks').set({ deadline_at: moved }).where('deadline_at', 'is not', null).execute()
      await trx.updateTable('tasks').set({ deadline_at: floor }).where('deadline_at', '<', floor).execute()
    },
  }
}
