import { get as getPlain, type Agent, type IncomingMessage } from 'node:http'
import { get as getSecure } from 'node:https'

import type { TlsOptions } from './dial.ts'

const REDIRECTS_MAX = 3

export class HttpStatusError extends Error {
  override readonly name = 'HttpStatusError'
  readonly status: number

  constructor(status: number) {
    super(`The service answered ${status} to the download`)
    this.status = status
  }
}

export interface RangeOptions {
  url: string
  /** First byte that is wanted. */
  from: number
  tls?: TlsOptions
  agent?: Agent
  /** Milliseconds without a byte after which the transfer counts as broken; 30,000 by default. */
  idleTimeoutMs?: number
  signal?: AbortSignal
}

function getOnce({ url, from, tls, agent, idleTimeoutMs, signal }: RangeOptions): Promise<IncomingMessage> {
  const isSecure = url.startsWith('https:')
  return new Promise((resolve, reject) => {
    const request = (isSecure ? getSecure : getPlain)(
      url,
      {
        headers: from > 0 ? { range: `bytes=${from}-` } : {},
        ...(isSecure ? tls : {}),
        ...(agent && !isSecure ? { agent } : {}),
        ...(signal ? { signal } : {}),
      },
      resolve,
    )
    request.on('error', reject)
    request.setTimeout(idleTimeoutMs ?? 30_000, () => request.destroy(new Error('The transfer stands still')))
  })
}

/**
 * Asks for a file from a byte on; redirects to an object store are followed.
 * @throws HttpStatusError for any answer but 200 and 206, and whatever the network throws
 */
export async function requestRange(options: RangeOptions): Promise<IncomingMessage> {
  let url = options.url
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects++) {
    const response = await getOnce({ ...options, url })
    const status = response.statusCode ?? 0
    if (status === 200 || status === 206) return response
    response.resume()
    const location = response.headers.location
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined) throw new HttpStatusError(status)
    url = new URL(location, url).href
  }
  throw new Error('The download is redirected too often')
}
