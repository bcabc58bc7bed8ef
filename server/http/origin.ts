import type { FastifyInstance, FastifyRequest } from 'fastify'

import { ProblemError } from '#server/ports.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS'])

const crossSite = {
  status: 403,
  code: 'cross_site',
  title: 'This request came from another site and was refused. Open the portal itself and try again.',
}

/**
 * Another site may make a signed-in browser send a request; its Origin tells. The cookie is SameSite=Strict as
 * well: this is the second wall. A caller that is no browser sends neither header and has no one else's cookie.
 */
function isOurs({ headers, host }: FastifyRequest, publicOrigin: string): boolean {
  const { origin } = headers
  if (origin !== undefined) return origin === publicOrigin || hostOf(origin) === host
  const site = headers['sec-fetch-site']
  return site === undefined || site === 'same-origin' || site === 'none'
}

const hostOf = (origin: string): string | undefined => (URL.canParse(origin) ? new URL(origin).host : undefined)

/** Refuses whatever could change something and comes from a page that is not the portal. */
export function installOriginCheck(app: FastifyInstance, publicOrigin: string): void {
  app.addHook('onRequest', async (request) => {
    if (!SAFE.has(request.method) && !isOurs(request, publicOrigin)) throw new ProblemError(crossSite)
  })
}
