import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'

import type { FastifyBaseLogger } from 'fastify'

import type { Problem } from '#contract/endpoint.ts'

/** An address of the API that nothing has. */
const NOWHERE = '/api/unreadable'

/**
 * The path as given, or one that nothing has: the router would answer what it cannot decode by itself, past the headers,
 * the limits and the shape of all other answers.
 */
export function readable(url: string): string {
  if (!url.includes('%')) return url
  try {
    decodeURIComponent(url.split('?', 1)[0] ?? '')
    return url
  } catch {
    return NOWHERE
  }
}

/** What never became a request, by Node's code. */
const REFUSALS: Readonly<Record<string, Problem>> = {
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'too_slow',
    title: 'The request did not arrive in time. Send it again.',
  },
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'headers_too_large',
    title: 'The address and the headers of the request are larger than those of any request may be.',
  },
}
const UNREADABLE: Problem = {
  status: 400,
  code: 'unreadable_request',
  title: 'What arrived is no HTTP request that the server can read.',
}

/** Answers whoever sent what Node cannot read as a request, in the shape of every other failure, and hangs up. */
export function refuseUnreadable(log: FastifyBaseLogger, error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const problem = { ...(REFUSALS[error.code ?? ''] ?? UNREADABLE), requestId: randomUUID() }
  log.debug({ reqId: problem.requestId, code: error.code }, 'refused what is no request')
  if (socket.writable) socket.write(answer(problem))
  socket.destroy(error)
}

function answer(problem: Problem): string {
  const body = JSON.stringify(problem)
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status]}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    "Content-Security-Policy: default-src 'none'; frame-ancestors 'none'",
    'X-Content-Type-Options: nosniff',
    'X-Frame-Options: DENY',
    'Referrer-Policy: no-referrer',
    'Cache-Control: no-store',
    'Connection: close',
    '',
    body,
  ].join('\r\n')
}
