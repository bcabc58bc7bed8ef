import type { Selectable } from 'kysely'

import { Policy, type SavedPolicy } from '#contract/manage/policies.ts'
import { problems } from '#contract/problems.ts'
import { keptOf } from '#domain/changes.ts'
import { lintPolicy } from '#domain/policy-lint.ts'
import type { EngineReads } from '#server/ports-engine.ts'
import type { PolicyStore } from '#server/ports-policies.ts'
import { ProblemError, type Actor, type Clock } from '#server/ports.ts'

import { newId } from './ids.ts'
import { appendLog } from './log.ts'
import type { Db, Reader, Trx } from './open.ts'
import { afterPrefix, keysetPage } from './page.ts'
import type { PoliciesTable } from './schema-kept.ts'

const iso = (at: number): string => new Date(at).toISOString()

/** Parsed, so that a policy of an older release gets the defaults of what it did not know. */
const policyIn = (row: Pick<PoliciesTable, 'policy'>): Policy => Policy.parse(JSON.parse(row.policy))

type Row = Selectable<PoliciesTable>

function toPolicy(row: Row & { job_count: number | null }): SavedPolicy {
  const policy = policyIn(row)
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    policy,
    // how many devices a job will have is not known here
    warnings: lintPolicy(policy, null),
    jobCount: row.job_count ?? 0,
    createdBy: { id: row.created_by, name: row.created_by_name },
    createdAt: iso(row.created_at),
    updatedAt: iso(row.updated_at),
    version: row.version,
  }
}

const ofOrg = (db: Reader, orgId: string) =>
  db
    .selectFrom('policies')
    .selectAll('policies')
    .select((on) =>
      on
        .selectFrom('jobs')
        .whereRef('jobs.policy_id', '=', 'policies.id')
        .select((jobs) => jobs.fn.countAll<number>().as('n'))
        .as('job_count'),
    )
    .where('policies.org_id', '=', orgId)

async function find(db: Reader, orgId: string, id: string): Promise<SavedPolicy> {
  const row = await ofOrg(db, orgId).where('id', '=', id).executeTakeFirst()
  if (!row) throw new ProblemError(problems.notFound('Policy'))
  return toPolicy(row)
}

async function mustBeFree(trx: Trx, orgId: string, name: string, except = ''): Promise<void> {
  const same = trx.selectFrom('policies').select('id').where('org_id', '=', orgId).where('name', '=', name)
  if (await same.where('id', '<>', except).executeTakeFirst())
    throw new ProblemError(problems.taken('name', `A policy named ${name} already exists.`))
}

/** What the engine needs of them: the policy to copy into a job. */
export const policyReads = (db: Reader): Pick<EngineReads, 'policy'> => ({
  async policy(orgId, policyId) {
    const one = db.selectFrom('policies').select('policy').where('id', '=', policyId).where('org_id', '=', orgId)
    const row = await one.executeTakeFirst()
    return row && policyIn(row)
  },
})

export function createPolicies({ read, transact, dialect }: Db, clock: Clock): PolicyStore {
  const log = (
    trx: Trx,
    line: { orgId: string; actor: Actor; at: number; id: string; verb: string; name: string; data: object },
  ) => {
    const { orgId, actor, at, id, verb, name, data } = line
    const summary = `Policy ${name} ${verb}.`
    const entry = { orgId, at, actor, object: { kind: 'policy', id }, action: `policy.${verb}`, summary }
    return appendLog({ trx, dialect }, [{ ...entry, data: { ...data } }])
  }
  return {
    async list(orgId, q, ask) {
      let rows = ofOrg(read, orgId)
      if (q) rows = rows.where('name', '>=', q).where('name', '<', afterPrefix(q))
      const page = await keysetPage(rows, ['name', 'id'], ask)
      // an organisation has few policies: counting them costs nothing
      const { n } = await rows
        .clearSelect()
        .select((on) => on.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      return { ...page, items: page.items.map(toPolicy), total: n }
    },
    async view(orgId, policyId) {
      const row = await ofOrg(read, orgId).where('id', '=', policyId).executeTakeFirst()
      return row && toPolicy(row)
    },
    create: (orgId, { name, description, policy }, actor) =>
      transact(async (trx) => {
        await mustBeFree(trx, orgId, name)
        const at = clock.now()
        const id = newId(at)
        const row: PoliciesTable = {
          id,
          org_id: orgId,
          name,
          description,
          policy: JSON.stringify(policy),
          created_by: actor.id,
          created_by_name: actor.name,
          created_at: at,
          updated_at: at,
          version: 1,
        }
        await trx.insertInto('policies').values(row).execute()
        await log(trx, {
          orgId,
          actor,
          at,
          id,
          verb: 'created',
          name,
          data: { after: keptOf('policy', { name, description, policy }) },
        })
        return toPolicy({ ...row, job_count: 0 })
      }),
    replace: (orgId, id, { name, description, policy, version }, actor) =>
      transact(async (trx) => {
        const before = await find(trx, orgId, id)
        if (before.version !== version) throw new ProblemError(problems.stale())
        await mustBeFree(trx, orgId, name, id)
        const at = clock.now()
        const set = { name, description, policy: JSON.stringify(policy), updated_at: at, version: version + 1 }
        await trx.updateTable('policies').set(set).where('id', '=', id).execute()
        const after = keptOf('policy', { name, description, policy })
        const data = { before: keptOf('policy', before), after }
        await log(trx, { orgId, actor, at, id, verb: 'updated', name, data })
        return find(trx, orgId, id)
      }),
    delete: (orgId, id, actor) =>
      transact(async (trx) => {
        const before = await find(trx, orgId, id)
        await trx.deleteFrom('policies').where('id', '=', id).execute()
        const at = clock.now()
        await log(trx, {
          orgId,
          actor,
          at,
          id,
          verb: 'deleted',
          name: before.name,
          data: { before: keptOf('policy', before) },
        })
      }),
  }
}
