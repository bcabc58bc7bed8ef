import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** For the whole of a body that is read before it is looked at, milliseconds: the largest has 768 KiB. */
const BODY_MS = 60_000

const hasBody = ({ headers }: FastifyRequest): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

const isReadWhole = ({ headers }: FastifyRequest): boolean =>
  headers['content-type']?.startsWith('application/json') ?? false

/**
 * Ends connections of clients that do not come to the end of their body: what is read whole has `ms`, and so has the rest
 * of what was answered before it had arrived. What a handler takes as a stream may take as long as a slow line needs;
 * whoever may send one is signed in. Node's own timeout knows no such difference.
 */
export function endSlowBodies(app: FastifyInstance, ms: number = BODY_MS): void {
  app.addHook('onRequest', async (request, response) => {
    if (hasBody(request)) watch(request, response, ms)
  })
}

function watch(request: FastifyRequest, response: FastifyReply, ms: number): void {
  const { raw } = request
  const look = (): void => {
    if (isReadWhole(request) || response.raw.writableEnded) raw.destroy()
    else timer = setTimeout(look, ms).unref()
  }
  let timer = setTimeout(look, ms).unref()
  const leave = () => clearTimeout(timer)
  raw.once('end', leave)
  raw.once('close', leave)
}
