import { sql } from 'kysely'

import type { EngineReads, EngineTx } from '#server/ports-engine.ts'

import { coreOf, EDIT, FIRMWARE_COLUMNS, firmwareOf, INSERT, JOB_COLUMNS, jobOf, RUN } from './job-rows.ts'
import { insertMany, updateMany, type Writing } from './many.ts'
import type { Reader } from './open.ts'
import { afterPrefix, keysetPage } from './page.ts'

type JobReads = Pick<
  EngineReads,
  | 'jobs'
  | 'jobCores'
  | 'startedJobs'
  | 'growingJobs'
  | 'passingJobs'
  | 'superseding'
  | 'endedButWaiting'
  | 'firmware'
  | 'newestVerification'
  | 'jobPage'
>
type JobWrites = Pick<EngineTx, 'insertJob' | 'editJob' | 'updateJobs' | 'deleteJob' | 'setVerification'>

export function jobReads(db: Reader): JobReads {
  const joined = () =>
    db
      .selectFrom('jobs')
      .innerJoin('firmware', 'firmware.id', 'jobs.firmware_id')
      .innerJoin('products', 'products.product_key', 'jobs.product_key')
  const cores = () => joined().select([...JOB_COLUMNS, ...FIRMWARE_COLUMNS])
  const whole = () => cores().select('jobs.scope')
  return {
    async jobs(ids) {
      return ids.length === 0 ? [] : (await whole().where('jobs.id', 'in', ids).orderBy('jobs.id').execute()).map(jobOf)
    },
    async jobCores(ids) {
      return ids.length === 0
        ? []
        : (await cores().where('jobs.id', 'in', ids).orderBy('jobs.id').execute()).map(coreOf)
    },
    async startedJobs() {
      return (await cores().where('jobs.state', '=', 'started').orderBy('jobs.id').execute()).map(coreOf)
    },
    async growingJobs(productKeys) {
      const rows = await whole()
        .where('jobs.product_key', 'in', productKeys)
        // as the index says it
        .where('jobs.grows', '=', sql.lit(1 as const))
        .where('jobs.state', '<>', sql.lit('completed'))
        .where('jobs.phase', '<>', 'deleting')
        .orderBy('jobs.id')
        .execute()
      return rows.map(jobOf)
    },
    async passingJobs() {
      // as the index says it
      const rows = await cores().where('jobs.phase', '<>', sql.lit('ready')).orderBy('jobs.id').execute()
      return rows.map(coreOf)
    },
    async superseding() {
      // as the index says it
      const rows = await cores()
        .where('jobs.supersede', '=', sql.lit(1 as const))
        .orderBy('jobs.id')
        .execute()
      return rows.map(coreOf)
    },
    async endedButWaiting() {
      const rows = await db
        .selectFrom('jobs')
        .select('id')
        .where('state', '=', 'completed')
        .where('n_init', '>', 0)
        .execute()
      return rows.map(({ id }) => id)
    },
    async firmware(id) {
      const row = await db.selectFrom('firmware').select(FIRMWARE_COLUMNS).where('id', '=', id).executeTakeFirst()
      return row && firmwareOf(row)
    },
    async newestVerification(firmwareId) {
      const row = await cores()
        .where('jobs.firmware_id', '=', firmwareId)
        .where('jobs.type', '=', 'verify')
        .where('jobs.phase', 'in', ['ready', 'editing'])
        .where('jobs.started_at', 'is not', null)
        .orderBy('jobs.id', 'desc')
        .limit(1)
        .executeTakeFirst()
      if (!row) return undefined
      const { n } = await db
        .selectFrom('tasks')
        .select((on) => on.fn.countAll<number>().as('n'))
        .where('job_id', '=', row.id)
        .where('status', '=', 'succeeded')
        // a device that ran the version before proves nothing
        .where('already_there', '=', 0)
        .executeTakeFirstOrThrow()
      return { job: coreOf(row), successes: n }
    },
    async jobPage(orgId, { sort, q, type, state, product, firmware, policy }, ask) {
      let query = cores().where('jobs.org_id', '=', orgId)
      if (type !== undefined) query = query.where('jobs.type', '=', type)
      if (state !== undefined) query = query.where('jobs.state', '=', state)
      if (product !== undefined) query = query.where('jobs.product_key', '=', product)
      if (firmware !== undefined) query = query.where('jobs.firmware_id', '=', firmware)
      if (policy !== undefined) query = query.where('jobs.policy_id', '=', policy)
      if (q) query = query.where('jobs.name', '>=', q).where('jobs.name', '<', afterPrefix(q))
      const { total } = await query
        .clearSelect()
        .select(sql<number>`count(*)`.as('total'))
        .executeTakeFirstOrThrow()
      const page = await keysetPage(query, [sort === 'name' ? 'jobs.name' : 'jobs.created_at', 'jobs.id'], ask)
      return { ...page, items: page.items.map(coreOf), total }
    },
  }
}

export function jobWrites(writing: Writing): JobWrites {
  const { trx } = writing
  return {
    insertJob: (job) => insertMany(writing, 'jobs', INSERT, [job]),
    editJob: (job) => updateMany(writing, 'jobs', EDIT, [job]),
    updateJobs: (jobs) => updateMany(writing, 'jobs', RUN, jobs),
    async deleteJob(jobId) {
      await trx.deleteFrom('jobs').where('id', '=', jobId).execute()
    },
    async setVerification(firmwareId, state) {
      await trx.updateTable('firmware').set({ verification_state: state }).where('id', '=', firmwareId).execute()
    },
  }
}
