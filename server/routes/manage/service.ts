import type { FastifyInstance } from 'fastify'

import openapi from '#contract/openapi.json' with { type: 'json' }
import { service as api } from '#contract/manage/service.ts'
import { serve } from '#server/http/serve.ts'
import { ProblemError } from '#server/ports.ts'

/** One thing that must be there for the service to serve: the reason why not, or undefined. */
export type ReadinessCheck = () => Promise<string | undefined>

/** A check that throws says what it threw; none may keep the answer waiting for another. */
async function failuresOf(checks: readonly ReadinessCheck[]): Promise<string[]> {
  const reasons = await Promise.all(
    checks.map((check) => check().catch((error: unknown) => (error instanceof Error ? error.message : String(error)))),
  )
  return reasons.filter((reason) => reason !== undefined)
}

export function serviceRoutes(app: FastifyInstance, checks: readonly ReadinessCheck[]): void {
  serve(app, api.healthz, async () => ({ status: 'ok' as const }))
  let looking: Promise<string[]> | undefined
  serve(app, api.readyz, async () => {
    // nothing limits who asks: however many they are, only one of them looks
    looking ??= failuresOf(checks).finally(() => (looking = undefined))
    const reasons = await looking
    // 503 is what load balancers look at; the title says why to a person
    if (reasons.length > 0) throw new ProblemError({ status: 503, code: 'not_ready', title: reasons.join(' ') })
    return { status: 'ok' as const }
  })
  serve(app, api.openapi, async () => openapi as Record<string, unknown>)
}
