import { connect, type Socket } from 'node:net'

/*
 * Requests that are written one behind the other on a connection that stays, without waiting for the answers: a client
 * library costs more than the service that it talks to.
 */

export interface PipedAnswer {
  status: number
  body: string
}

export interface Pipe {
  /** Answers in the order of the requests; fewer when the service ended the connection on the way. */
  send(requests: readonly Buffer[]): Promise<PipedAnswer[]>
  close(): void
}

/** A request as it travels; what stands in path and headers goes out byte for byte. */
export function requestBytes(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: string | Buffer,
): Buffer {
  const bytes = Buffer.from(body)
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
  const head = `${method} ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n${lines.join('')}content-length: ${bytes.length}\r\n\r\n`
  return Buffer.concat([Buffer.from(head), bytes])
}

/** The first whole answer of what was heard, and what follows it; undefined while it is not whole. */
function firstAnswer(heard: Buffer): { answer: PipedAnswer; rest: Buffer } | undefined {
  const end = heard.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const head = heard.toString('latin1', 0, end)
  const status = Number(head.slice(9, 12))
  const size = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? 0)
  const from = end + 4
  if (heard.length < from + size) return undefined
  return { answer: { status, body: heard.toString('utf8', from, from + size) }, rest: heard.subarray(from + size) }
}

/** Opens a connection when it is first needed, and another one whenever the service has ended the last. */
export function createPipe(port: number): Pipe {
  let socket: Socket | undefined
  const opened = (): Socket => {
    if (socket && !socket.destroyed && socket.writable) return socket
    socket = connect(port, '127.0.0.1')
    socket.on('error', () => undefined)
    return socket
  }
  return {
    send: (requests) =>
      new Promise((resolve) => {
        const current = opened()
        const answers: PipedAnswer[] = []
        let heard: Buffer = Buffer.alloc(0)
        const finish = () => {
          current.off('data', hear).off('close', finish)
          resolve(answers)
        }
        const hear = (piece: Buffer) => {
          heard = heard.length > 0 ? Buffer.concat([heard, piece]) : piece
          for (let found = firstAnswer(heard); found; found = firstAnswer(heard)) {
            answers.push(found.answer)
            heard = found.rest
          }
          if (answers.length >= requests.length) finish()
        }
        current.on('data', hear).once('close', finish)
        current.write(Buffer.concat(requests))
      }),
    close: () => void socket?.destroy(),
  }
}
