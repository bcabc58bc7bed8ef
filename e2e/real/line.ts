import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A connection between browser and service that can be cut at a byte, and says how many went up. */
export interface Line {
  readonly url: string
  /** Bytes that went up since it was opened, or since `count` was called. */
  sentBytes(): number
  count(): void
  /** Cuts everything when so many more bytes have gone up, and lets nobody through until it is mended. */
  cutAfter(bytes: number): void
  /** Cuts everything now. */
  cut(): void
  mend(): void
  isCut(): boolean
  close(): Promise<void>
}

/** @param target port of the service on this machine */
export async function openLine(target: number): Promise<Line> {
  const ends = new Set<Socket>()
  let sent = 0
  let limit = Number.POSITIVE_INFINITY
  let isCut = false

  const cut = () => {
    isCut = true
    limit = Number.POSITIVE_INFINITY
    for (const end of ends) end.destroy()
  }
  const join = (socket: Socket) => {
    if (isCut) return void socket.destroy()
    const service = connect(target, '127.0.0.1')
    for (const end of [socket, service]) {
      ends.add(end)
      end.on('error', () => end.destroy())
      end.on('close', () => ends.delete(end))
    }
    socket.on('data', (chunk) => {
      sent += chunk.length
      if (sent >= limit) cut()
    })
    // what was counted arrives: the pipe holds the sender back as the service reads
    socket.pipe(service)
    service.pipe(socket)
    socket.on('close', () => service.end())
    service.on('close', () => socket.destroy())
  }
  const server = createServer(join).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sentBytes: () => sent,
    count: () => void (sent = 0),
    cutAfter: (bytes) => void (limit = sent + bytes),
    cut,
    mend: () => void (isCut = false),
    isCut: () => isCut,
    async close() {
      for (const end of ends) end.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
