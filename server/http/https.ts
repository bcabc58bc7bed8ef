import { createServer } from 'node:https'
import { once } from 'node:events'
import { randomBytes } from 'node:crypto'
import type { AddressInfo, Socket } from 'node:net'
import type { SecureContextOptions } from 'node:tls'

import type { FastifyInstance } from 'fastify'

import { CLOSE_MS, HEADERS_MAX_BYTES, HEADERS_MS } from './server.ts'
import { refuseUnreadable } from './unreadable.ts'

const TICKET_KEY_BYTES = 48

export interface HttpsTerms {
  host: string
  /** 0 takes any free port. */
  port: number
  /** Reads the certificates as they are now. */
  context(): Promise<SecureContextOptions>
  /** Devices may show a certificate. Browsers are let in without one, so what is shown is judged with the device. */
  asksForCertificate: boolean
}

export interface HttpsPort {
  port: number
  /** Takes the certificates as they are now. @throws when they cannot be read or do not fit together */
  reload(): Promise<void>
  /** Takes nobody any more; resolves when the last has left or was sent away. */
  close(): Promise<void>
}

/**
 * The same routes on a second port, encrypted.
 * @throws when the port is taken, or the certificates cannot be read or do not fit together
 */
export async function listenHttps(app: FastifyInstance, terms: HttpsTerms): Promise<HttpsPort> {
  const server = createServer(
    {
      ...(await terms.context()),
      requestCert: terms.asksForCertificate,
      rejectUnauthorized: false,
      maxHeaderSize: HEADERS_MAX_BYTES,
      headersTimeout: HEADERS_MS,
      connectionsCheckingInterval: HEADERS_MS / 3,
      requestTimeout: 0,
    },
    (request, response) => app.routing(request, response),
  )
  server.on('clientError', (error, socket) => refuseUnreadable(app.log, error, socket as Socket))
  server.listen(terms.port, terms.host)
  await once(server, 'listening')
  server.on('error', (error) => app.log.error({ err: error }, 'the encrypted port failed'))
  return {
    port: (server.address() as AddressInfo).port,
    async reload() {
      server.setSecureContext(await terms.context())
      // a session that is resumed is not judged anew, so none of before is to be
      server.setTicketKeys(randomBytes(TICKET_KEY_BYTES))
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeIdleConnections()
      const force = setTimeout(() => server.closeAllConnections(), CLOSE_MS).unref()
      await closed
      clearTimeout(force)
    },
  }
}
