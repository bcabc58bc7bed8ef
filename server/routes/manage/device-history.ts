import type { FastifyInstance } from 'fastify'

import { devices as api } from '#contract/manage/devices.ts'
import { askOf, pageReply } from '#server/http/page.ts'
import { serve } from '#server/http/serve.ts'
import type { DeviceStories } from '#server/ports-registry.ts'

/** What happened to a device, and why it is not being upgraded. */
export function deviceHistoryRoutes(app: FastifyInstance, stories: DeviceStories): void {
  serve(app, api.history, async ({ params, query }, { org }) => {
    const of = { orgId: org.id, deviceId: params.deviceId, inJob: query.job }
    const page = await stories.history(of, askOf(query, ['string'], 'desc'))
    return pageReply(
      query.sort,
      page,
      ({ id }) => [id],
      (entry) => entry,
    )
  })
  serve(app, api.why, async ({ params, query }, { org }) => ({
    items: await stories.why({ orgId: org.id, deviceId: params.deviceId }, query.job),
  }))
}
