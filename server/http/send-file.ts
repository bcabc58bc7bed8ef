import { Socket } from 'node:net'
import { Readable } from 'node:stream'

import type { FastifyReply } from 'fastify'

import { ProblemError } from '#server/ports.ts'

import type { Bandwidth } from './bandwidth.ts'
import { judgeConditions } from './conditional.ts'
import type { Exchange } from './serve.ts'

export interface Range {
  /** Both inclusive. */
  start: number
  end: number
}

/** A file as it is to be sent. */
export interface Sendable {
  sizeBytes: number
  /** Lower-case hex; the same bytes always have the same, so it is the entity tag. */
  sha256: string
  fileName: string
  open(range: Range | undefined): Readable
}

/** What sends it. */
export interface Sending {
  bandwidth: Bandwidth
  /** The device that it is for, where there is one. */
  owner?: string
}

/**
 * One range of bytes, as RFC 9110 section 14 reads it.
 * @returns the range; `unsatisfiable` when it begins behind the end; undefined for the whole file, which is also
 * the answer to several ranges and to what is no range at all
 */
export function parseRange(header: string | undefined, sizeBytes: number): Range | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? '')
  if (!match) return undefined
  const [, from = '', to = ''] = match
  if (from === '' && to === '') return undefined
  if (from === '') {
    const last = Number(to)
    return last === 0 ? 'unsatisfiable' : { start: Math.max(sizeBytes - last, 0), end: sizeBytes - 1 }
  }
  const start = Number(from)
  const end = to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1)
  if (start >= sizeBytes) return 'unsatisfiable'
  return to !== '' && Number(to) < start ? undefined : { start, end }
}

const CHANGED = {
  status: 412,
  code: 'file_changed',
  title: 'The file is not the one that was asked for (If-Match).',
}
const TOO_MANY = {
  status: 429,
  code: 'too_many_downloads',
  title: 'This device has too many downloads under way. Wait for one to end, then go on where it was.',
}
const TOO_MANY_S = 10

/**
 * Sends a file or a part of it, as fast as the bandwidth allows and the other side takes it. A part is sent only of the
 * very bytes that the caller has the rest of (`If-Range`); one who has the whole of them is told so (`If-None-Match`).
 * @throws ProblemError 412, 416, or 429 when the device has too many downloads under way
 */
export function sendFile({ request, response }: Exchange, file: Sendable, sending: Sending): FastifyReply {
  const etag = `"${file.sha256}"`
  response.headers({ 'accept-ranges': 'bytes', etag, 'cache-control': 'private, no-transform' })
  const verdict = judgeConditions(request.headers, etag)
  if (verdict === 'changed') throw new ProblemError(CHANGED)
  if (verdict === 'unchanged') return response.code(304).send()
  const ifRange = request.headers['if-range']
  // ranges are defined for GET alone (RFC 9110, section 14.2)
  const isAsked = request.method === 'GET' && (ifRange === undefined || ifRange === etag)
  const asked = isAsked ? request.headers.range : undefined
  const range = parseRange(asked, file.sizeBytes)
  if (range === 'unsatisfiable') {
    response.header('content-range', `bytes */${file.sizeBytes}`)
    throw new ProblemError({
      status: 416,
      code: 'range',
      title: `The file ends at byte ${file.sizeBytes}, before the range that was asked for.`,
    })
  }
  const { bandwidth, owner } = sending
  if (request.method !== 'HEAD' && owner !== undefined && !bandwidth.admits(owner))
    throw new ProblemError(TOO_MANY, TOO_MANY_S)
  response.code(range ? 206 : 200).type('application/octet-stream')
  response.header('content-disposition', dispositionOf(file.fileName))
  response.header('content-length', range ? range.end - range.start + 1 : file.sizeBytes)
  if (range) response.header('content-range', `bytes ${range.start}-${range.end}/${file.sizeBytes}`)
  // for HEAD an empty stream, because the framework would announce no body at all as a length of 0
  if (request.method === 'HEAD') return response.send(Readable.from([]))
  endWhenStuck(response, bandwidth.stuckMs)
  // the stream is opened last, so that nothing above can leave it open; the reply closes it with the connection
  return response.send(bandwidth.share(file.open(range), owner))
}

/** The socket's own timer starts anew with every byte that the other side takes, and with no other. */
function endWhenStuck({ raw }: FastifyReply, stuckMs: number): void {
  const { socket } = raw
  // what is injected has no socket that could be slow
  if (!(socket instanceof Socket)) return
  const end = () => socket.destroy()
  socket.setTimeout(stuckMs, end)
  raw.once('close', () => {
    socket.off('timeout', end)
    socket.setTimeout(0)
  })
}

/** A name that any file system takes, and the true one for those that read RFC 6266. */
function dispositionOf(fileName: string): string {
  const plain = fileName.replaceAll(/[^\w.+-]/g, '_')
  const exact = encodeURIComponent(fileName).replaceAll(
    /['()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`
}
