import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { OfferedFirmware } from '#contract/device/ota.ts'

export type Serve = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void

/** Answers a Range as a file server does. */
export const serveRange: Serve = (request, response, body) => {
  const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? -1)
  if (from < 0) return void response.writeHead(200, { 'content-length': body.length }).end(body)
  if (from >= body.length) return void response.writeHead(416).end()
  const rest = body.subarray(from)
  response.writeHead(206, {
    'content-length': rest.length,
    'content-range': `bytes ${from}-${body.length - 1}/${body.length}`,
  })
  response.end(rest)
}

/** Sends `bytes` of what was asked for and cuts the connection. */
export const cutAfter =
  (bytes: number): Serve =>
  (request, response, body) => {
    const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
    response.writeHead(from > 0 ? 206 : 200, { 'content-length': body.length - from })
    response.write(body.subarray(from, from + bytes), () => response.destroy())
  }

/** Serves one file under every path; `serve` may be changed between requests. */
export async function startFileServer(body: Buffer) {
  const requests: IncomingMessage[] = []
  const state: { serve: Serve } = { serve: serveRange }
  const server = createServer((request, response) => {
    requests.push(request)
    state.serve(request, response, body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const firmware: OfferedFirmware = {
    version: '2.0.0',
    signMethod: 'sha256',
    sign: createHash('sha256').update(body).digest('hex'),
    fileUrl: `${url}/files/1/token`,
    fileSize: body.length,
  }
  return {
    url,
    firmware,
    requests,
    state,
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
