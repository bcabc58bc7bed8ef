import type { Readable } from 'node:stream'

import type { FastifyInstance, FastifyRequest } from 'fastify'

export interface BodyTerms {
  /** What is kept; a longer message is refused by its reader, who sees that there is more. */
  keepBytes: number
  /** What is read in all, so that the sender of a longer message still hears why it was refused. */
  readBytes: number
  /** Milliseconds for the whole of it. */
  withinMs: number
}

export const BODY_TERMS: BodyTerms = { keepBytes: 65_536, readBytes: 4_194_304, withinMs: 10_000 }

/** The sender was too slow or sent without end: its connection ends, since nothing is left to say on it. */
class BodyError extends Error {
  override readonly name = 'BodyError'
}

/** Reads a body whose sender may be hostile; in memory is never more than `keepBytes` and one piece. */
export function readBody(stream: Readable, { keepBytes, readBytes, withinMs }: BodyTerms): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = []
    let [kept, read] = [0, 0]
    const fail = (why: string) => {
      clearTimeout(timer)
      if (stream.readableEnded) return
      reject(new BodyError(why))
      stream.destroy()
    }
    const timer = setTimeout(() => fail('The body did not arrive in time'), withinMs)
    stream.on('data', (piece: Buffer) => {
      read += piece.length
      if (read > readBytes) return fail('The body does not end')
      if (kept >= keepBytes) return
      pieces.push(piece.subarray(0, keepBytes - kept))
      kept = Math.min(kept + piece.length, keepBytes)
    })
    stream.once('end', () => {
      clearTimeout(timer)
      resolve(Buffer.concat(pieces))
    })
    stream.once('close', () => fail('The connection ended before the body did'))
    stream.once('error', () => fail('The connection broke'))
  })
}

/** Posts of devices are bytes under whatever name: the SDK says JSON, the vendor's pages say octet-stream. */
export function takeAnyBody(scope: FastifyInstance, terms: BodyTerms): void {
  scope.removeAllContentTypeParsers()
  scope.addContentTypeParser('*', (_request: FastifyRequest, payload: Readable) => readBody(payload, terms))
  scope.addHook('onRequest', async ({ raw }) => {
    // one that is malformed would be refused before it could be ignored
    raw.headers['content-type'] = 'application/octet-stream'
  })
}
