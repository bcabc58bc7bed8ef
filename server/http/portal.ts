import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

import { problems } from '#contract/problems.ts'

import { sendProblem } from './problem.ts'

/** Addresses that no page has: an unknown one is an error for a program and not a page for a person. */
const NOT_PAGES = /^\/(?:api|files|assets|auth|topic|multipart|test)(?:\/|$)/

/**
 * Serves the built portal. Vite names a file in `assets/` after its content, so a browser keeps it for ever; the page
 * itself is asked for again every time. A `.br` or `.gz` beside a file is sent instead of it.
 * @param root the folder of the built portal; without it only the API is there, as in `npm run dev`
 */
export async function servePortal(app: FastifyInstance, root: string): Promise<void> {
  const page = join(root, 'index.html')
  const isBuilt = existsSync(page)
  if (isBuilt) {
    await app.register(fastifyStatic, {
      root,
      preCompressed: true,
      index: false,
      wildcard: false,
      cacheControl: false,
      setHeaders: (response, path) => {
        const isHashed = path.startsWith(join(root, 'assets'))
        response.setHeader('cache-control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
      },
    })
  }
  const html = isBuilt ? readFileSync(page, 'utf8') : undefined
  app.setNotFoundHandler({ preHandler: app.rateLimit() }, (request, response) => {
    const isPage = (request.method === 'GET' || request.method === 'HEAD') && !NOT_PAGES.test(request.url)
    if (html === undefined || !isPage) return sendProblem(request, response, problems.notFound('This address'))
    return response.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(html)
  })
}
