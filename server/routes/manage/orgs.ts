import type { FastifyInstance } from 'fastify'

import { orgs as api } from '#contract/manage/orgs.ts'
import { RIGHTS } from '#contract/rights.ts'
import { orNotFound } from '#server/http/problem.ts'
import { serve } from '#server/http/serve.ts'
import type { OrgStore } from '#server/ports-manage.ts'

export function orgRoutes(app: FastifyInstance, orgs: OrgStore): void {
  serve(app, api.list, async (_input, { memberships, platformRoles }) => {
    const seesAll = platformRoles.some((role) => RIGHTS['org.read'].includes(role))
    return { items: await orgs.list(seesAll ? 'all' : memberships.map(({ org }) => org.id)) }
  })
  serve(app, api.create, ({ body }, { actor }) => orgs.create(body, actor))
  serve(app, api.view, async (_input, { org }) => orNotFound(await orgs.view(org.id), 'Organisation'))
}
