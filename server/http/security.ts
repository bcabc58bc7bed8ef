import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance } from 'fastify'

import { service } from '#contract/manage/service.ts'
import { ProblemError } from '#server/ports.ts'

/** `wasm-unsafe-eval` is for the digests in the worker; inline styles are how Mantine sets its variables. */
const CSP = {
  defaultSrc: ["'self'"],
  scriptSrc: ["'self'", "'wasm-unsafe-eval'"],
  scriptSrcAttr: ["'none'"],
  workerSrc: ["'self'"],
  styleSrc: ["'self'", "'unsafe-inline'"],
  imgSrc: ["'self'", 'data:'],
  fontSrc: ["'self'"],
  connectSrc: ["'self'"],
  objectSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
}

const YEAR_S = 31_536_000

/** Headers of every answer, and how many calls one address may make in a minute. */
export async function installSecurity(
  app: FastifyInstance,
  terms: { isHttps: boolean; callsPerMinute: number },
): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: CSP },
    strictTransportSecurity: terms.isHttps ? { maxAge: YEAR_S, includeSubDomains: false } : false,
    crossOriginEmbedderPolicy: false,
    referrerPolicy: { policy: 'no-referrer' },
    xFrameOptions: { action: 'deny' },
  })
  app.addHook('onSend', async (_request, response) => {
    response.header('permissions-policy', 'camera=(), geolocation=(), microphone=(), usb=()')
  })
  await app.register(rateLimit, {
    max: terms.callsPerMinute,
    timeWindow: 60_000,
    allowList: ({ routeOptions }) => PROBES.has(routeOptions.url ?? ''),
    // the plug-in throws what this answers
    errorResponseBuilder: (_request, { ttl }) => new ProblemError(TOO_MANY, ttl / 1000),
  })
}

/** Refused for the calls of others, whoever asks these would restart a service that lives. */
const PROBES: ReadonlySet<string> = new Set([service.healthz.path, service.readyz.path])

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
