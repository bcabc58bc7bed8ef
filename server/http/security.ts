import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'

import { ProblemError } from '#server/ports.ts'

/**
 * `wasm-unsafe-eval` is for the digests in the worker; inline styles are how Mantine sets its variables. One text for
 * all answers: the plug-in would put it together anew for each.
 */
const CSP = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "script-src-attr 'none'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join(';')

const YEAR_S = 31_536_000

/** Headers of every answer, and how many calls one address may make in a minute. */
export async function installSecurity(
  app: FastifyInstance,
  terms: { isHttps: boolean; callsPerMinute: number },
): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: false,
    strictTransportSecurity: terms.isHttps ? { maxAge: YEAR_S, includeSubDomains: false } : false,
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  })
  // as the plug-in does with the others: also an answer that goes past Fastify carries it
  app.addHook('onRequest', async (_request, response) => {
    response.raw.setHeader('content-security-policy', CSP)
  })
  app.addHook('onSend', async (_request, response) => {
    response.header('permissions-policy', 'camera=(), geolocation=(), microphone=(), usb=()')
  })
  await app.register(rateLimit, {
    max: terms.callsPerMinute,
    timeWindow: 60_000,
    // the plug-in throws what this answers
    errorResponseBuilder: (_request, { ttl }) => new ProblemError(TOO_MANY, ttl / 1000),
  })
}

const TOO_MANY = {
  status: 429,
  code: 'too_many_requests',
  title: 'Too many requests from this address. Wait a minute, then try again.',
}

/** Answers of the API are of one person and one moment: nothing between may keep them. */
export function forbidCaching(app: FastifyInstance): void {
  app.addHook('onSend', async (_request, response) => {
    if (!response.hasHeader('cache-control')) response.header('cache-control', 'no-store')
  })
}
