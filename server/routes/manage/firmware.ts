import type { FastifyInstance } from 'fastify'

import { firmware as api, type Firmware, type FirmwareCreate } from '#contract/manage/firmware.ts'
import { fileRefusals } from '#domain/firmware-file.ts'
import type { Refusal } from '#domain/refusal.ts'
import type { Bandwidth } from '#server/http/bandwidth.ts'
import { askOf, pageReply } from '#server/http/page.ts'
import { orNotFound, refusedFile } from '#server/http/problem.ts'
import { sendFile } from '#server/http/send-file.ts'
import { serve, serveRaw } from '#server/http/serve.ts'
import type {
  FirmwareStore,
  JudgedFile,
  NewFirmware,
  UploadBytes,
  UploadState,
  UploadStore,
} from '#server/ports-manage.ts'
import type { Actor, Clock, FileStore } from '#server/ports.ts'

export interface FirmwareDeps {
  firmware: FirmwareStore
  uploads: UploadStore
  bytes: UploadBytes
  files: FileStore
  clock: Clock
  bandwidth: Bandwidth
  firmwareMaxBytes: number
}

export function firmwareRoutes(app: FastifyInstance, deps: FirmwareDeps): void {
  const { firmware, files, bandwidth } = deps
  const create = firmwareMaker(deps)
  serve(app, api.list, async ({ query }, { org }) => {
    const { sort, q, product, state, sha256 } = query
    const isByTime = sort === 'createdAt'
    const ask = askOf(query, [isByTime ? 'number' : 'string', 'string'], isByTime ? 'desc' : 'asc')
    const page = await firmware.list(org.id, { sort, q, product, state, sha256 }, ask)
    return pageReply(
      query.sort,
      page,
      ({ createdAt, name, id }) => [isByTime ? Date.parse(createdAt) : name, id],
      (one) => one,
    )
  })
  serve(app, api.create, ({ body }, { org, actor }) => create(org.id, body, actor))
  serve(app, api.view, async ({ params }, { org }) =>
    orNotFound(await firmware.view(org.id, params.firmwareId), 'Firmware'),
  )
  serve(app, api.update, ({ params, body }, { org, actor }) => firmware.update(org.id, params.firmwareId, body, actor))
  serve(app, api.delete, async ({ params: { firmwareId } }, { org, actor }) => {
    await firmware.delete(org.id, firmwareId, actor)
    // after the commit: a file that outlives its record is swept at the next start, the reverse would fail devices
    await files.remove(firmwareId)
    return undefined
  })
  serveRaw(app, api.file, async ({ params: { firmwareId } }, { org }, exchange) => {
    const found = orNotFound(await firmware.view(org.id, firmwareId), 'Firmware')
    orNotFound((await files.exists(firmwareId)) || undefined, 'Firmware file')
    return sendFile(exchange, { ...found, open: (range) => files.read(firmwareId, range) }, { bandwidth })
  })
}

const BUSY: Refusal = {
  code: 'upload_busy',
  title: 'This file is being checked already. Wait a moment, then look at the list.',
}

/** Makes a firmware of an upload, once the server itself has judged its bytes. */
function firmwareMaker({ firmware, uploads, bytes, files, clock, firmwareMaxBytes }: FirmwareDeps) {
  /** Uploads that a request is at work on, so that a second one does not judge and take the same file. */
  const busy = new Set<string>()

  /** The upload, which from here on is busy. */
  async function finished(orgId: string, uploadId: string): Promise<UploadState> {
    const upload = await uploads.find(orgId, uploadId)
    const state = upload && upload.expiresAt > clock.now() ? await bytes.state(uploadId) : undefined
    if (!state) throw refusedFile(fileRefusals.unknownUpload(), 422)
    if (busy.has(uploadId)) throw refusedFile(BUSY, 409)
    if (state.offset < state.sizeBytes) throw refusedFile(fileRefusals.incomplete(), 409)
    busy.add(uploadId)
    return state
  }

  /** What is no firmware, or not the file that was announced, is removed: nothing of it stays in storage. */
  async function judged(uploadId: string, announced: FirmwareCreate): Promise<Extract<JudgedFile, { ok: true }>> {
    const verdict = await bytes.judge(uploadId, firmwareMaxBytes)
    const refusal = verdict.ok ? digestRefusal(verdict, announced) : verdict
    return verdict.ok && !refusal ? verdict : giveUp(uploadId, refusal as Refusal)
  }

  async function giveUp(uploadId: string, { code, title }: Refusal): Promise<never> {
    await bytes.remove(uploadId)
    await uploads.remove(uploadId)
    throw refusedFile({ code, title }, code === 'file_too_large' ? 413 : 422)
  }

  /** With an error the upload is what it was, so that it can be used again. */
  async function kept(orgId: string, made: NewFirmware, actor: Actor): Promise<Firmware> {
    try {
      return await firmware.create(orgId, made, actor)
    } catch (error) {
      // the commit may have come through, with only its answer lost
      if (!(await firmware.view(orgId, made.id))) await files.remove(made.id)
      throw error
    }
  }

  return async (orgId: string, { uploadId, ...wanted }: FirmwareCreate, actor: Actor) => {
    await firmware.mustBeFree(orgId, wanted)
    const { fileName } = await finished(orgId, uploadId)
    try {
      const { sizeBytes, sha256, md5 } = await judged(uploadId, { uploadId, ...wanted })
      // the upload's id goes on: after a crash between file and record, that tells whose the file was
      const isKept = await files.adopt(uploadId, bytes.pathOf(uploadId))
      // it may expire in any of these moments
      if (!isKept) return await giveUp(uploadId, fileRefusals.unknownUpload())
      const made = { ...wanted, id: uploadId, fileName: safeName(fileName, wanted), sizeBytes, sha256, md5 }
      const answer = await kept(orgId, made, actor)
      // the firmware is there, whatever becomes of this: the next start sweeps what is left
      await bytes.remove(uploadId).catch(() => undefined)
      return answer
    } finally {
      busy.delete(uploadId)
    }
  }
}

function digestRefusal(found: { sha256: string; md5: string }, announced: FirmwareCreate): Refusal | undefined {
  if (found.sha256 !== announced.sha256) return fileRefusals.digestDiffers('SHA-256')
  return found.md5 === announced.md5 ? undefined : fileRefusals.digestDiffers('MD5')
}

/** The last part of whatever path it came from, without characters that no name should have. */
function safeName(given: string, { name, version }: { name: string; version: string }): string {
  const plain = (given.split(/[/\\]/).at(-1) ?? '')
    .replaceAll(/\p{Cc}/gu, '')
    .trim()
    .slice(0, 255)
  return plain || `${name}-${version}.bin`
}
