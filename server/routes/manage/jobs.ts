import type { FastifyInstance } from 'fastify'

import { orgs } from '#contract/manage/orgs.ts'
import { jobs as api } from '#contract/manage/jobs.ts'
import { askOf, pageReply } from '#server/http/page.ts'
import { serve } from '#server/http/serve.ts'
import type { JobService } from '#server/ports-jobs.ts'

export function jobRoutes(app: FastifyInstance, jobs: JobService): void {
  serve(app, api.preview, ({ body }, { org, user }) => jobs.preview({ orgId: org.id, userId: user.id }, body))
  serve(app, api.previewed, ({ params }, { org, user }) =>
    jobs.previewed({ orgId: org.id, userId: user.id }, params.handle),
  )
  serve(app, api.create, ({ body }, { org, actor }) => jobs.create(org.id, body, actor))
  serve(app, api.list, async ({ query }, { org }) => {
    const { sort, q, type, state, product, firmware, policy } = query
    const byName = sort === 'name'
    const ask = askOf(query, [byName ? 'string' : 'number', 'string'], byName ? 'asc' : 'desc')
    const page = await jobs.list(org.id, { sort, q, type, state, product, firmware, policy }, ask)
    return pageReply(query.sort, page, ({ name, createdAt, id }) => [byName ? name : Date.parse(createdAt), id], same)
  })
  serve(app, api.view, ({ params }, { org }) => jobs.view({ orgId: org.id, jobId: params.jobId }))
  serve(app, api.delete, async ({ params }, { org, actor }) => {
    await jobs.delete({ orgId: org.id, jobId: params.jobId }, actor)
    return undefined
  })

  for (const act of ['start', 'stop', 'end', 'approve', 'reject', 'withdraw', 'advance'] as const)
    serve(app, api[act], ({ params }, { org, actor }) => jobs[act]({ orgId: org.id, jobId: params.jobId }, actor))

  serve(app, orgs.emergencyStop, async (_input, { org, actor }) => ({ stopped: await jobs.stopAll(org.id, actor) }))
  serve(app, api.resume, ({ params, body }, { org, actor }) =>
    jobs.resume({ orgId: org.id, jobId: params.jobId }, body.reason, actor),
  )
  serve(app, api.update, ({ params, body }, { org, actor }) =>
    jobs.update({ orgId: org.id, jobId: params.jobId }, body, actor),
  )

  serve(app, api.tasks, async ({ params, query }, { org }) => {
    const { status, failure, q } = query
    const of = { orgId: org.id, jobId: params.jobId }
    const page = await jobs.tasks(of, { status, failure, q }, askOf(query, ['string'], 'asc'))
    return pageReply(query.sort, page, ({ deviceKey }) => [deviceKey], same)
  })
  for (const act of ['cancel', 'retry'] as const)
    serve(app, api[act], async ({ params, body }, { org, actor }) => ({
      affected: await jobs[act]({ orgId: org.id, jobId: params.jobId }, body, actor),
    }))
  serve(app, api.timeline, async ({ params, query }, { org }) => {
    const page = await jobs.timeline({ orgId: org.id, jobId: params.jobId }, askOf(query, ['string'], 'desc'))
    return pageReply(query.sort, page, ({ id }) => [id], same)
  })
}

const same = <T>(item: T): T => item
