import { orgs as api } from '#contract/manage/orgs.ts'
import { problems } from '#contract/problems.ts'
import { roleAllows } from '#contract/rights.ts'
import { rolesIn } from '#mock-api/access.ts'
import { mock } from '#mock-api/bind.ts'
import { clock, iso } from '#mock-api/clock.ts'
import { db } from '#mock-api/db.ts'
import { record } from '#mock-api/log.ts'
import { MockProblem } from '#mock-api/problem.ts'

export const orgHandlers = [
  mock(api.list, (_, { caller }) => ({
    items: db.orgs.filter((org) => roleAllows(rolesIn(caller, org.id), 'org.read')),
  })),

  mock(api.create, ({ body: { slug, name, zone } }, { caller }) => {
    if (db.orgs.some((org) => org.slug === slug)) {
      throw new MockProblem(problems.taken('slug', `An organisation ${slug} already exists.`))
    }
    const org = { id: crypto.randomUUID(), slug, name, zone, createdAt: iso(clock.now()) }
    db.orgs.push(org)
    db.members.push({ orgId: org.id, userId: caller.id, roles: ['admin'] })
    const object = { kind: 'org', id: org.id }
    const summary = `Organisation ${name} created.`
    record({ orgId: org.id, actor: caller, object, action: 'org.created', summary, after: { slug, name, zone } })
    return org
  }),

  mock(api.view, (_, { org }) => org),
]
