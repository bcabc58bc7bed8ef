import { createHash } from 'node:crypto'

import type { FastifyInstance, FastifyRequest } from 'fastify'

import { DEVICE_LIST_MAX_BYTES, deviceLists as api } from '#contract/manage/device-lists.ts'
import { createDeviceListReader, listRefusals } from '#domain/device-list.ts'
import type { Refusal } from '#domain/refusal.ts'
import { askOf, pageReply } from '#server/http/page.ts'
import { orNotFound } from '#server/http/problem.ts'
import { serve, serveRaw } from '#server/http/serve.ts'
import type { DeviceListDraft, DeviceListStore } from '#server/ports-device-lists.ts'
import { ProblemError, type Clock } from '#server/ports.ts'

/** Lists that are read at once: each may hold as many bytes in memory as its keys have. */
const AT_ONCE = 2
/** How long one may take to arrive; a sender that stops would keep the others out. */
const ARRIVES_WITHIN_MS = 600_000

const refused = (refusal: Refusal, status: number, fields: Record<string, string> = {}): ProblemError =>
  new ProblemError({ status, ...refusal, fields: { file: refusal.title, ...fields } })

export interface DeviceListDeps {
  deviceLists: DeviceListStore
  clock: Clock
}

export function deviceListRoutes(parent: FastifyInstance, { deviceLists, clock }: DeviceListDeps): void {
  serve(parent, api.list, async ({ query }, { org }) => {
    const { product, q } = query
    const page = await deviceLists.list(org.id, { product, q }, askOf(query, ['number', 'string'], 'desc'))
    return pageReply(
      query.sort,
      page,
      ({ createdAt, id }) => [Date.parse(createdAt), id],
      (list) => list,
    )
  })
  serve(parent, api.view, async ({ params }, { org }) =>
    orNotFound(await deviceLists.view(org.id, params.listId), 'Device list'),
  )
  serve(parent, api.delete, async ({ params }, { org, actor }) => {
    await deviceLists.delete(org.id, params.listId, actor)
    return undefined
  })
  // a scope of its own, because only here a body is left unread to be judged as it comes
  parent.register(async (app) => {
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, _body, done) => done(null))
    let reading = 0
    serveRaw(app, api.create, async ({ query }, caller, exchange) => {
      const { request, response } = exchange
      if (reading >= AT_ONCE) throw new ProblemError({ status: 503, ...listRefusals.busy() }, 60)
      reading += 1
      const inTime = clock.at(clock.now() + ARRIVES_WITHIN_MS, () => request.raw.destroy())
      try {
        const draft = deviceLists.draft()
        const digest = await readInto(draft, request)
        response.code(api.create.status)
        const keep = () => draft.keep(caller.org.id, query, caller.actor)
        return await response.send(await app.idempotency.once(exchange, caller, digest, keep))
      } catch (error) {
        // what was not read cannot be told from a next request
        if (!request.raw.readableEnded) response.header('connection', 'close')
        throw error
      } finally {
        inTime()
        reading -= 1
      }
    })
  })
}

const cutOff = { status: 400, code: 'cut_off', title: 'The request ended before it was complete.' }

/** The pieces of a body as they arrive. @throws ProblemError when its sender goes away in the middle */
async function* piecesOf({ raw }: FastifyRequest): AsyncGenerator<Buffer> {
  try {
    // not destroyed by leaving early: the answer still has to go out on its connection
    yield* raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>
  } catch (error) {
    throw raw.complete ? error : new ProblemError(cutOff)
  }
}

/**
 * Judges the file line by line as it arrives. @returns its digest
 * @throws ProblemError when it is no device list; nothing is kept then
 */
async function readInto(draft: DeviceListDraft, request: FastifyRequest): Promise<string> {
  const [reader, hash] = [createDeviceListReader(), createHash('sha256')]
  const decoder = new TextDecoder()
  let sizeBytes = 0
  for await (const piece of piecesOf(request)) {
    sizeBytes += piece.length
    hash.update(piece)
    if (sizeBytes > DEVICE_LIST_MAX_BYTES) throw refused(listRefusals.tooLarge(), 413)
    const keys = reader.push(decoder.decode(piece, { stream: true }))
    // what is refused anyway is only read on to name what else is wrong
    if (!reader.isWrong()) draft.add(keys)
    if (reader.isTooLong()) break
  }
  draft.add([...reader.push(decoder.decode()), ...reader.end()])
  const refusal = reader.refusal()
  if (!refusal) return hash.digest('hex')
  const { fields, ...why } = refusal
  throw refused(why, reader.isTooLong() ? 413 : 422, fields)
}
