import type { FastifyInstance, FastifyReply } from 'fastify'

import { CHECKSUMS, TUS_VERSION, uploads as api } from '#contract/manage/uploads.ts'
import { fileRefusals, judgeSize } from '#domain/firmware-file.ts'
import type { Refusal } from '#domain/refusal.ts'
import { refusedFile } from '#server/http/problem.ts'
import { serveRaw, type Exchange } from '#server/http/serve.ts'
import type { TusAnswer, UploadBytes, UploadRecord, UploadStore } from '#server/ports-manage.ts'
import { ProblemError, type Clock } from '#server/ports.ts'

export interface UploadDeps {
  uploads: UploadStore
  bytes: UploadBytes
  clock: Clock
  newId: () => string
  firmwareMaxBytes: number
  /** How long an upload may be resumed, in milliseconds. */
  keepMs: number
}

/** Kept free for the database, which has to go on writing whatever people upload. */
const RESERVE_BYTES = 64 * 1_048_576

const BODY_TYPE = 'application/offset+octet-stream'
const OTHER_TYPE = {
  status: 415,
  code: 'unsupported_media_type',
  title: `Send the bytes of an upload as ${BODY_TYPE}.`,
}

/** tus 1.0, spoken by a library; whose upload it is and how large it may be is decided here, before it is asked. */
export function uploadRoutes(parent: FastifyInstance, deps: UploadDeps): void {
  // a scope of its own, because only here a body is left unread for the library to stream
  parent.register(async (app) => {
    // before anything else is looked at, and only once it is known who asks; OPTIONS asks for the version
    app.addHook('preParsing', async ({ method, headers }, response) => {
      if (method === 'OPTIONS' || headers['tus-resumable'] === TUS_VERSION) return
      response.headers({ 'tus-resumable': TUS_VERSION, 'tus-version': TUS_VERSION })
      throw refusedFile(fileRefusals.otherProtocol(), 412)
    })
    app.removeAllContentTypeParsers()
    app.addContentTypeParser(BODY_TYPE, (_request, _body, done) => done(null))
    app.addContentTypeParser('*', (_request, _body, done) => done(new ProblemError(OTHER_TYPE)))
    abilitiesRoute(app, deps)
    createRoute(app, deps)
    const { uploads, bytes, clock } = deps
    for (const endpoint of [api.offset, api.append, api.terminate] as const)
      serveRaw(app, endpoint, async ({ params: { uploadId } }, { org }, exchange) => {
        const upload = await uploads.find(org.id, uploadId)
        if (!upload || upload.expiresAt <= clock.now()) throw refusedFile(fileRefusals.unknownUpload(), 404)
        const answer = await bytes.handle(exchange.request.raw, exchange.response.raw, uploadId)
        // terminated, or given up because the disk is full
        if (!(await bytes.state(uploadId))) await uploads.remove(uploadId)
        return reply(exchange, answer)
      })
  })
}

function abilitiesRoute(app: FastifyInstance, { bytes, newId, firmwareMaxBytes }: UploadDeps): void {
  serveRaw(app, api.abilities, async (_input, _caller, exchange) => {
    const answer = await bytes.handle(exchange.request.raw, exchange.response.raw, newId())
    // of these two the library knows nothing: size and checksums are judged outside of it
    exchange.response.headers({ 'tus-max-size': firmwareMaxBytes, 'tus-checksum-algorithm': CHECKSUMS.join(',') })
    return reply(exchange, answer)
  })
}

function createRoute(app: FastifyInstance, deps: UploadDeps): void {
  const { uploads, bytes, clock, newId, firmwareMaxBytes, keepMs } = deps
  const takeRoom = roomTaker(deps)
  serveRaw(app, api.create, async ({ params }, { org, user }, exchange) => {
    const { request, response } = exchange
    const sizeBytes = announcedSize(request.headers['upload-length'])
    const refusal = judgeSize(sizeBytes, firmwareMaxBytes)
    if (refusal) throw refusedFile(refusal, sizeBytes > firmwareMaxBytes ? 413 : 422)
    const [id, at] = [newId(), clock.now()]
    const upload = { id, orgId: org.id, userId: user.id, sizeBytes, createdAt: at, expiresAt: at + keepMs }
    if (!(await takeRoom(upload))) throw refusedFile(fileRefusals.diskFull(), 507)
    let isBegun = false
    try {
      const answer = await bytes.handle(request.raw, response.raw, id)
      isBegun = answer.refusal === undefined
      if (isBegun) response.header('location', `/api/orgs/${params.org}/uploads/${id}`)
      return reply(exchange, answer)
    } finally {
      if (!isBegun) await Promise.all([bytes.remove(id), uploads.remove(id)])
    }
  })
}

/**
 * Records an upload where there is room for all of it beside what others have announced and not sent yet. One at a time:
 * two that ask at once would each find the room that only one can have.
 */
function roomTaker({ uploads, bytes }: UploadDeps) {
  async function missing(): Promise<number> {
    let sum = 0
    for (const [id, sizeBytes] of await uploads.announced()) sum += sizeBytes - ((await bytes.state(id))?.offset ?? 0)
    return sum
  }
  async function take(upload: UploadRecord): Promise<boolean> {
    // looked at before the free bytes: what arrives in between counts twice, and is not overlooked
    const wanted = (await missing()) + upload.sizeBytes + RESERVE_BYTES
    if ((await bytes.freeBytes()) < wanted) return false
    await uploads.add(upload)
    return true
  }
  let last: Promise<unknown> = Promise.resolve()
  return (upload: UploadRecord): Promise<boolean> => {
    const mine = last.then(() => take(upload))
    last = mine.catch(() => undefined)
    return mine
  }
}

/** @throws ProblemError 400 when the length is missing or no number: nothing can be judged without it */
function announcedSize(header: string | string[] | undefined): number {
  if (typeof header === 'string' && /^\d{1,15}$/.test(header)) return Number(header)
  throw new ProblemError({
    status: 400,
    code: 'upload_length_missing',
    title: 'Say how large the file is before sending it: the header Upload-Length is missing.',
  })
}

function reply({ response }: Exchange, { status, headers, refusal }: TusAnswer): FastifyReply {
  response.headers(headers)
  if (refusal) throw refusedFile(refusal satisfies Refusal, status)
  return response.code(status).send()
}
