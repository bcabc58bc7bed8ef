import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type PeerCertificate, type SecureContextOptions, type Server, type TLSSocket } from 'node:tls'

import { limits } from './config.ts'
import type { Counters } from './counters.ts'

/** Paths of PEM files. With `clientCaFile` every device has to show a certificate of that authority. */
export interface TlsConfig {
  /** 0 takes any free port. */
  mqttsPort: number
  certFile: string
  keyFile: string
  clientCaFile?: string | undefined
  /** Revoked certificates, of the client authority. */
  crlFile?: string | undefined
}

/** What a certificate says of its holder. */
export interface Certificate {
  /** Empty in one that has none: it names nobody. */
  commonName: string
  unit: string | undefined
}

const TICKET_KEY_BYTES = 48

const text = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join('/') : value

/** The certificate that the other side proved to hold; undefined when it showed none. */
export function certificateOf(socket: TLSSocket): Certificate | undefined {
  const shown: Partial<PeerCertificate> = socket.destroyed ? {} : socket.getPeerCertificate()
  // Node answers an empty object where there is none; one without a name is one all the same, or it would name everybody
  if (!shown.raw) return undefined
  return { commonName: text(shown.subject?.CN) ?? '', unit: text(shown.subject?.OU) }
}

/** Whether it names this device: `productKey.deviceKey`, or `deviceKey` with the product as its unit or without one. */
export function names({ commonName, unit }: Certificate, device: { productKey: string; deviceKey: string }): boolean {
  if (commonName === `${device.productKey}.${device.deviceKey}`) return true
  return commonName === device.deviceKey && (unit === undefined || unit === device.productKey)
}

/** The files as they are now. @throws when one cannot be read */
export async function readContext(config: Omit<TlsConfig, 'mqttsPort'>): Promise<SecureContextOptions> {
  const optional = async (path: string | undefined) => (path === undefined ? undefined : await readFile(path))
  const [cert, key, ca, crl] = await Promise.all([
    readFile(config.certFile),
    readFile(config.keyFile),
    optional(config.clientCaFile),
    optional(config.crlFile),
  ])
  return { cert, key, minVersion: 'TLSv1.2', ...(ca && { ca }), ...(crl && { crl }) }
}

export interface SecureServer {
  server: Server
  /** Takes the files as they are now. @throws when they cannot be read or do not fit together; nothing changes then */
  reload(): Promise<void>
}

/** @throws when the files cannot be read or do not fit together */
export async function secureServer(
  config: TlsConfig,
  counters: Counters,
  accept: (socket: TLSSocket) => void,
): Promise<SecureServer> {
  const asksForCertificate = config.clientCaFile !== undefined
  const server = createServer(
    {
      ...(await readContext(config)),
      requestCert: asksForCertificate,
      rejectUnauthorized: asksForCertificate,
      handshakeTimeout: limits.connectMs,
    },
    accept,
  )
  server.on('tlsClientError', () => counters.count('tls_refused'))
  return {
    server,
    async reload() {
      server.setSecureContext(await readContext(config))
      // a session that is resumed is not judged anew, so none of before is to be
      server.setTicketKeys(randomBytes(TICKET_KEY_BYTES))
    },
  }
}
