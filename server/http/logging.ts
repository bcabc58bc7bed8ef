import type { FastifyInstance } from 'fastify'

/** Keys have at most 64 characters, ids fewer; what is longer in a path opens a door. */
const LONGER_THAN_KEYS = /[^/]{65,}/g

/**
 * An address as it may be logged. The token of a download link is a right, and so is the session in a device's query. A
 * path can be spelled in many ways (`/%66iles/`), so nothing is concluded from how it begins, but for the API's own.
 */
function withoutToken(url: string): string {
  const [path = '', ...query] = url.split('?')
  const shown = path.replaceAll(LONGER_THAN_KEYS, '[token]')
  if (query.length === 0) return shown
  return `${shown}?${path.startsWith('/api/') ? query.join('?') : '[query]'}`
}

export type LoggerOptions = ReturnType<typeof loggerOptions>

/** One JSON line per event, with nothing in it that opens a door. */
export const loggerOptions = (level: string, stream?: { write(line: string): void }) => ({
  ...(stream && { stream }),
  level,
  redact: {
    paths: [
      '*.password',
      '*.token',
      '*.secret',
      '*.deviceSecret',
      '*.productSecret',
      'headers.cookie',
      'headers.authorization',
      'req.headers',
    ],
    censor: '[redacted]',
  },
  serializers: {
    req: (request: { method: string; url: string; ip?: string }) => ({
      method: request.method,
      url: withoutToken(request.url),
      address: request.ip,
    }),
  },
})

/** What devices say comes by the thousand and has its counters. */
const isOfDevice = (url: string): boolean => /^\/(?:auth|topic|multipart)\//.test(url)

/** One line when a request is answered: reads at debug, so that the log tells what people did. */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, response) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD' || isOfDevice(request.url)
    const isQuiet = isRead && response.statusCode < 400
    const fields = {
      method: request.method,
      url: withoutToken(request.url),
      status: response.statusCode,
      ms: Math.round(response.elapsedTime),
      address: request.ip,
      user: userOf(request.caller),
    }
    if (isQuiet) request.log.debug(fields, 'answered')
    else request.log.info(fields, 'answered')
  })
}

const userOf = (caller: unknown): string | undefined =>
  typeof caller === 'object' && caller !== null && 'user' in caller ? (caller.user as { id: string }).id : undefined
