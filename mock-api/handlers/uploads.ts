import { CHECKSUMS, TUS_VERSION, uploads as api } from '#contract/manage/uploads.ts'
import { fileRefusals, judgeSize } from '#domain/firmware-file.ts'
import { raw } from '#mock-api/bind.ts'
import { db } from '#mock-api/db.ts'
import { arrivedBytes, dropUpload, refusedFile } from '#mock-api/judge.ts'
import { keepUpload, keptUpload } from '#mock-api/kept-uploads.ts'
import { limits } from '#mock-api/limits.ts'
import { MockProblem } from '#mock-api/problem.ts'
import { sentinel } from '#mock-api/sentinel.ts'
import type { UploadRow } from '#mock-api/world.ts'

const TUS = { 'Tus-Resumable': TUS_VERSION, 'Cache-Control': 'no-store' }

const answer = (status: number, headers: Record<string, string> = {}): Response =>
  new Response(null, { status, headers: { ...TUS, ...headers } })

/** Binds a handler that speaks this version of tus and no other. */
const tus: typeof raw = (endpoint, handler) =>
  raw(endpoint, (parsed, access, request) => {
    if (request.headers.get('Tus-Resumable') === TUS_VERSION) return handler(parsed, access, request)
    const { problem } = refusedFile(fileRefusals.otherProtocol(), 412)
    throw new MockProblem(problem, { ...TUS, 'Tus-Version': TUS_VERSION })
  })

/** `Upload-Metadata` is "key base64, key base64". */
function metadataOf(request: Request): Record<string, string> {
  const pairs = (request.headers.get('Upload-Metadata') ?? '').split(',').map((pair) => pair.trim().split(' '))
  return Object.fromEntries(pairs.map(([key = '', value = '']) => [key, utf8(value)]))
}

const utf8 = (base64: string): string =>
  new TextDecoder().decode(Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0)))

async function findUpload(orgId: string, uploadId: string): Promise<UploadRow> {
  const upload = db.uploads.find(({ id }) => id === uploadId) ?? (await restored(uploadId))
  if (upload?.orgId !== orgId) throw refusedFile(fileRefusals.unknownUpload(), 404)
  return upload
}

async function restored(uploadId: string): Promise<UploadRow | undefined> {
  const upload = await keptUpload(uploadId)
  if (upload) db.uploads.push(upload)
  return upload
}

/** Uploads that this page load began; others were begun before a reload. */
const begun = new Set<string>()
const isOld = ({ id }: UploadRow) => !begun.has(id)

/** What the sentinels of uploads do to the bytes that arrive; `cut` breaks the connection after keeping them. */
function onTheWay(upload: UploadRow, chunk: Uint8Array): { bytes: Uint8Array; cut: boolean } {
  if (upload.fileName === sentinel.diskFullFile) {
    dropUpload(upload)
    throw refusedFile(fileRefusals.diskFull(), 507)
  }
  if (upload.fileName === sentinel.cutFile && upload.cuts === 0) {
    upload.cuts++
    return { bytes: chunk.slice(0, Math.floor(chunk.length / 2)), cut: true }
  }
  if (upload.fileName === sentinel.deadLineFile && !isOld(upload)) {
    const room = Math.floor(upload.sizeBytes * 0.6) - arrivedBytes(upload)
    return { bytes: chunk.slice(0, Math.max(0, room)), cut: true }
  }
  if (upload.fileName === sentinel.corruptedFile) {
    const bytes = chunk.slice()
    bytes[0] = (bytes[0] ?? 0) ^ 1
    return { bytes, cut: false }
  }
  return { bytes: chunk, cut: false }
}

const EXTENSIONS = 'creation,creation-with-upload,termination,expiration,checksum'

export const uploadHandlers = [
  raw(api.abilities, () =>
    answer(204, {
      'Tus-Version': TUS_VERSION,
      'Tus-Extension': EXTENSIONS,
      'Tus-Max-Size': String(limits.firmwareMaxBytes),
      'Tus-Checksum-Algorithm': CHECKSUMS.join(','),
    }),
  ),

  tus(api.create, ({ params }, { org }, request) => {
    const sizeBytes = Number(request.headers.get('Upload-Length') ?? Number.NaN)
    const refusal = judgeSize(Number.isNaN(sizeBytes) ? 0 : sizeBytes, limits.firmwareMaxBytes)
    if (refusal) throw refusedFile(refusal, sizeBytes > limits.firmwareMaxBytes ? 413 : 422)
    const id = crypto.randomUUID()
    const fileName = metadataOf(request).filename ?? 'firmware.bin'
    db.uploads.push({ id, orgId: org.id, fileName, sizeBytes, chunks: [], cuts: 0 })
    begun.add(id)
    return answer(201, { Location: `/api/orgs/${params.org}/uploads/${id}` })
  }),

  tus(api.offset, async ({ params }, { org }) => {
    const upload = await findUpload(org.id, params.uploadId)
    return answer(200, { 'Upload-Offset': String(arrivedBytes(upload)), 'Upload-Length': String(upload.sizeBytes) })
  }),

  tus(api.append, async ({ params }, { org }, request) => {
    const upload = await findUpload(org.id, params.uploadId)
    if (Number(request.headers.get('Upload-Offset')) !== arrivedBytes(upload)) return answer(409)
    const { bytes, cut } = onTheWay(upload, new Uint8Array(await request.arrayBuffer()))
    upload.chunks.push(bytes)
    await keepUpload(upload)
    if (cut) return Response.error()
    return answer(204, { 'Upload-Offset': String(arrivedBytes(upload)) })
  }),

  tus(api.terminate, async ({ params }, { org }) => {
    dropUpload(await findUpload(org.id, params.uploadId))
    return answer(204)
  }),
]
