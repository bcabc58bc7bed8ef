import { once } from 'node:events'
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net'

import type { Logger } from '#server/ports.ts'
import { limits } from './config.ts'
import type { Doorkeeper } from './doorkeeper.ts'

export interface Listener {
  readonly port: number
  /** Takes no more connections and ends those that are open; resolves when the last is gone. */
  close(): Promise<void>
}

export interface ListenerTerms {
  host: string
  port: number
  doorkeeper: Doorkeeper
  log: Logger
}

/**
 * Opens a port for a server, and turns away connections of an address that has too many open that did not log in.
 * @throws when the port is taken or may not be opened
 */
export async function openListener(server: Server, { host, port, doorkeeper, log }: ListenerTerms): Promise<Listener> {
  const sockets = new Set<Socket>()
  server.prependListener('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    if (!doorkeeper.arrives(socket)) socket.destroy()
  })
  server.listen({ port, host, backlog: limits.backlog })
  await once(server, 'listening')
  server.on('error', (err) => log.error({ err }, 'The device port failed'))
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      server.close()
      await Promise.all(
        [...sockets].map((socket) => {
          const gone = once(socket, 'close')
          socket.destroy()
          return gone
        }),
      )
    },
  }
}

export const plainServer = (accept: (socket: Socket) => void): Server => createServer(accept)
