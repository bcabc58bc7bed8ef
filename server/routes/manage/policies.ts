import type { FastifyInstance } from 'fastify'

import { policies as api } from '#contract/manage/policies.ts'
import { askOf, pageReply } from '#server/http/page.ts'
import { orNotFound } from '#server/http/problem.ts'
import { serve } from '#server/http/serve.ts'
import type { PolicyStore } from '#server/ports-policies.ts'

export function policyRoutes(app: FastifyInstance, policies: PolicyStore): void {
  serve(app, api.list, async ({ query }, { org }) => {
    const page = await policies.list(org.id, query.q, askOf(query, ['string', 'string'], 'asc'))
    return pageReply(
      query.sort,
      page,
      ({ name, id }) => [name, id],
      (policy) => policy,
    )
  })
  serve(app, api.create, ({ body }, { org, actor }) => policies.create(org.id, body, actor))
  serve(app, api.view, async ({ params }, { org }) =>
    orNotFound(await policies.view(org.id, params.policyId), 'Policy'),
  )
  serve(app, api.replace, ({ params, body }, { org, actor }) => policies.replace(org.id, params.policyId, body, actor))
  serve(app, api.delete, async ({ params }, { org, actor }) => {
    await policies.delete(org.id, params.policyId, actor)
    return undefined
  })
}
