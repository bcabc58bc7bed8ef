import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

import type { Logger } from '#server/ports.ts'

export interface Listener {
  readonly port: number
  /** Takes no more connections and ends those that are open; resolves when the last is gone. */
  close(): Promise<void>
}

/**
 * Opens a port.
 * @throws when the port is taken or may not be opened
 */
export async function createListener(
  host: string,
  port: number,
  accept: (socket: Socket) => void,
  log: Logger,
): Promise<Listener> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    accept(socket)
  })
  server.listen(port, host)
  await once(server, 'listening')
  server.on('error', (error) => log.error({ err: error }, 'The device port failed'))
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
