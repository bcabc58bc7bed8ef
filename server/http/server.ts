import { randomUUID } from 'node:crypto'

import cookie from '@fastify/cookie'
import Fastify, { LogController, type FastifyInstance } from 'fastify'
import { serializerCompiler, validatorCompiler } from 'fastify-type-provider-zod'

import { createGuard, type GuardTerms, type Identities } from './guard.ts'
import { createIdempotency, type IdempotencyStore } from './idempotency.ts'
import { logRequests, type LoggerOptions } from './logging.ts'
import { installOriginCheck } from './origin.ts'
import { installProblems } from './problem.ts'
import { forbidCaching, installSecurity } from './security.ts'
import { endSlowBodies } from './slow-bodies.ts'
import { readable, refuseUnreadable } from './unreadable.ts'

/** The largest request that we read whole: a job for 10,000 device keys has 670 kB. Files travel in streams. */
const BODY_MAX_BYTES = 786_432
/** Address and headers of a request together, as Node itself has it. */
export const HEADERS_MAX_BYTES = 16_384
/** A client may take this long to say what it wants, milliseconds; bodies are timed where they are read. */
export const HEADERS_MS = 15_000
/** How long a request that is under way may go on when the service closes. */
export const CLOSE_MS = 5_000

export interface HttpTerms {
  publicUrl: string
  trustProxy: boolean | number | string[]
  callsPerMinute: number
  log: LoggerOptions
  contact: string
  cookieName: string
  identities: Identities
  refused: GuardTerms['refused']
  idempotency: IdempotencyStore
}

/** A server with everything that every route relies on, and no route yet. */
export async function createServer(terms: HttpTerms): Promise<FastifyInstance> {
  const app: FastifyInstance = Fastify({
    logger: terms.log,
    // `logRequests` writes one line for each instead of two
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: typeof terms.trustProxy === 'number' ? trustHops(terms.trustProxy) : terms.trustProxy,
    bodyLimit: BODY_MAX_BYTES,
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
    // longer ones never arrive, so that the router refuses none by itself; what a part may be, the contract says
    routerOptions: { maxParamLength: HEADERS_MAX_BYTES },
    rewriteUrl: ({ url }) => readable(withoutDoubledSlashes(withoutHost(url ?? '/'))),
    clientErrorHandler: (error, socket) => refuseUnreadable(app.log, error, socket),
    http: { maxHeaderSize: HEADERS_MAX_BYTES, headersTimeout: HEADERS_MS, connectionsCheckingInterval: HEADERS_MS / 3 },
  })
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  // JSON is the only text that we parse; the default would hand any text to a handler
  app.removeContentTypeParser('text/plain')
  app.decorateRequest('caller', undefined)
  app.decorate('guard', createGuard(terms))
  app.decorate('idempotency', createIdempotency(terms.idempotency))
  installProblems(app)
  leaveTheGone(app)
  endSlowBodies(app)
  logRequests(app)
  await app.register(cookie)
  await installSecurity(app, { isHttps: terms.publicUrl.startsWith('https:'), callsPerMinute: terms.callsPerMinute })
  installOriginCheck(app, terms.publicUrl)
  forbidCaching(app)
  closeInTime(app)
  return app
}

/**
 * Whoever hung up before their request was looked at has no address any more, by which they could be counted, and hears
 * no answer. Asked once, a socket remembers its address for as long as the request takes.
 */
function leaveTheGone(app: FastifyInstance): void {
  app.addHook('onRequest', async ({ socket }, response) => {
    if (socket.remoteAddress === undefined) response.hijack()
  })
}

/** `GET http://host/path`, as it is said to a proxy, every server has to understand (RFC 9112, section 3.2.2). */
const HOST = /^https?:\/\/[^/?]*\/?/i
const withoutHost = (url: string): string => url.replace(HOST, '/')

/** The vendor's HTTP SDK takes its address with a slash at the end and puts another before the path. */
function withoutDoubledSlashes(url: string): string {
  const query = url.indexOf('?')
  const path = query < 0 ? url : url.slice(0, query)
  return path.includes('//') ? path.replace(/\/{2,}/g, '/') + url.slice(path.length) : url
}

const trustHops = (hops: number) => (_address: string, hop: number) => hop < hops

/** A client that never ends its request must not keep the service from ending. */
function closeInTime(app: FastifyInstance): void {
  app.addHook('preClose', async () => {
    setTimeout(() => app.server.closeAllConnections(), CLOSE_MS).unref()
  })
}
