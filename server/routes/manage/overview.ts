import type { FastifyInstance } from 'fastify'

import { overview as api } from '#contract/manage/overview.ts'
import { failureReasons } from '#domain/failure-reasons.ts'
import { serve } from '#server/http/serve.ts'
import type { OverviewStore } from '#server/ports-overview.ts'
import type { Clock } from '#server/ports.ts'

const HOUR_MS = 3_600_000

export function overviewRoutes(app: FastifyInstance, { overview, clock }: { overview: OverviewStore; clock: Clock }) {
  serve(app, api.failures, async ({ query: { hours } }, { org }) => {
    const since = clock.now() - hours * HOUR_MS
    return { since: new Date(since).toISOString(), ...failureReasons(await overview.failedSince(org.id, since)) }
  })
}
