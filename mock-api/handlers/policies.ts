import { policies as api, type SavedPolicy } from '#contract/manage/policies.ts'
import { problems } from '#contract/problems.ts'
import { keptOf } from '#domain/changes.ts'
import { lintPolicy } from '#domain/policy-lint.ts'
import { mock } from '#mock-api/bind.ts'
import { clock, iso } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { find } from '#mock-api/find.ts'
import { record, type Entry } from '#mock-api/log.ts'
import { pageOf, startsWith } from '#mock-api/page.ts'
import { MockProblem } from '#mock-api/problem.ts'
import type { PolicyRow, UserRow } from '#mock-api/world.ts'

const policyView = ({ orgId: _, ...row }: PolicyRow): SavedPolicy => ({
  ...row,
  warnings: lintPolicy(row.policy, null),
  jobCount: db.jobs.filter(({ policyId }) => policyId === row.id).length,
})

function insistUnique(orgId: string, name: string, except?: string): void {
  if (db.policies.some((row) => row.orgId === orgId && row.name === name && row.id !== except))
    throw new MockProblem(problems.taken('name', `A policy named ${name} already exists.`))
}

type Sides = Pick<Entry, 'before' | 'after'>

const log = ({ id, orgId, name }: PolicyRow, actor: UserRow, verb: string, sides: Sides) =>
  record({
    ...sides,
    orgId,
    actor,
    object: {
      kind: 'policy',
      id,
    },
    action: `policy.${verb}`,
    summary: `Policy ${name} ${verb}.`,
  })

export const policyHandlers = [
  mock(api.list, ({ query }, { org }) => {
    const rows = db.policies.filter(({ orgId, name }) => orgId === org.id && startsWith(name, query.q))
    const page = pageOf(rows, query, ({ name, id }) => `${name}\n${id}`, 'asc')
    return { ...page, items: page.items.map(policyView) }
  }),

  mock(api.create, ({ body }, { org, caller }) => {
    insistUnique(org.id, body.name)
    const at = iso(clock.now())
    const row: PolicyRow = {
      ...body,
      id: crypto.randomUUID(),
      orgId: org.id,
      createdBy: { id: caller.id, name: caller.name },
      createdAt: at,
      updatedAt: at,
      version: 1,
    }
    db.policies.push(row)
    log(row, caller, 'created', { after: keptOf('policy', row) })
    return policyView(row)
  }),

  mock(api.view, ({ params }, { org }) => policyView(find.policy(org.id, params.policyId))),

  mock(api.replace, ({ params, body: { version, ...changes } }, { org, caller }) => {
    const row = find.policy(org.id, params.policyId)
    if (row.version !== version) throw new MockProblem(problems.stale())
    insistUnique(org.id, changes.name, row.id)
    const before = keptOf('policy', row)
    Object.assign(row, changes, { updatedAt: iso(clock.now()), version: version + 1 })
    log(row, caller, 'updated', { before, after: keptOf('policy', row) })
    return policyView(row)
  }),

  mock(api.delete, ({ params }, { org, caller }) => {
    const row = find.policy(org.id, params.policyId)
    db.policies = db.policies.filter(({ id }) => id !== row.id)
    // jobs keep the copy that they took
    for (const job of db.jobs) if (job.policyId === row.id) job.policyId = null
    log(row, caller, 'deleted', { before: keptOf('policy', row) })
  }),
]
