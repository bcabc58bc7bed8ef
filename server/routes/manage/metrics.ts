import { createHash, timingSafeEqual } from 'node:crypto'

import type { FastifyInstance, FastifyRequest } from 'fastify'

import { formatMetrics, METRICS_TYPE, type Sample } from '#contract/manage/metrics.ts'
import { service as api } from '#contract/manage/service.ts'
import { problems } from '#contract/problems.ts'
import { isFromHere } from '#server/http/local.ts'
import { serveRaw } from '#server/http/serve.ts'
import { ProblemError } from '#server/ports.ts'

export interface MetricsDeps {
  /** Undefined lets in only whoever asks from this machine. */
  token: string | undefined
  read(): Promise<Sample[]>
}

/** Digests have one length, so that the comparison tells nothing of the token's. */
const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

function mayRead(request: FastifyRequest, token: string | undefined): boolean {
  if (token === undefined) return isFromHere(request)
  const [, given = ''] = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '') ?? []
  return timingSafeEqual(digest(given), digest(token))
}

/** What the service counts, for Prometheus. */
export function metricsRoute(app: FastifyInstance, { token, read }: MetricsDeps): void {
  serveRaw(app, api.metrics, async (_input, _caller, { request, response }) => {
    if (!mayRead(request, token)) {
      void response.header('www-authenticate', 'Bearer')
      throw new ProblemError(problems.noMetricsToken())
    }
    return response.type(METRICS_TYPE).send(formatMetrics(await read()))
  })
}
