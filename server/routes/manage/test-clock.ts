import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

import { problems } from '#contract/problems.ts'
import { isFromHere } from '#server/http/local.ts'
import { ProblemError } from '#server/ports.ts'

/** Moves time on for a whole service under test; no part of the API, and not there without `TEST_CLOCK`. */
const Advance = z.strictObject({ advanceSeconds: z.number().min(0).max(31_536_000) })

export function clockRoute(app: FastifyInstance, clock: { now(): number; advance(ms: number): Promise<void> }): void {
  app.post('/test/clock', { schema: { body: Advance } }, async (request) => {
    if (!isFromHere(request)) throw new ProblemError(problems.notFound('This address'))
    const { advanceSeconds } = request.body as z.infer<typeof Advance>
    await clock.advance(advanceSeconds * 1000)
    return { now: new Date(clock.now()).toISOString() }
  })
}
