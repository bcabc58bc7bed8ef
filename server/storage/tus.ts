import { AsyncLocalStorage } from 'node:async_hooks'
import { createWriteStream } from 'node:fs'
import { mkdir, readdir, rm, statfs, truncate } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

import { FileStore } from '@tus/file-store'
import { ERRORS, Server } from '@tus/server'

import { fileRefusals } from '#domain/firmware-file.ts'
import type { Refusal } from '#domain/refusal.ts'
import type { TusAnswer, UploadBytes } from '#server/ports-manage.ts'

import { digesting, readChecksum, type Checksum } from './checksum.ts'
import { judgeFile } from './judge.ts'

/** The library's own words are for programs; these are for whoever reads the page. */
const REFUSALS: Readonly<Record<number, Refusal>> = {
  404: fileRefusals.unknownUpload(),
  409: { code: 'upload_offset', title: 'The upload goes on at another place. Ask how far it got, then resume it.' },
  410: fileRefusals.unknownUpload(),
  413: { code: 'upload_too_long', title: 'More bytes arrived than were announced. Start the upload again.' },
}
/** tus' own status for it. */
const CHECKSUM_MISMATCH = 460
const MISMATCH: Refusal = {
  code: 'upload_checksum',
  title:
    'These bytes are not the ones that were announced: they changed on their way. None of them was kept; send them again.',
}
const NO_CHECKSUM: Refusal = {
  code: 'upload_checksum_unknown',
  title: 'This checksum cannot be read. Give sha1, sha256 or md5, a space, and the digest in base64.',
}
const OTHER: Refusal = { code: 'upload_invalid', title: 'This request is not one that an upload understands.' }

/** What one request says of its bytes, and what became of them. */
interface Asked {
  checksum: Checksum | undefined
  outcome?: 'changed' | 'outOfRoom'
}

/**
 * The request that is being answered: the library hands a store nothing of it but its bytes. One for all folders of a
 * process: each that was ever used costs something at every promise, for good.
 */
const asking = new AsyncLocalStorage<Asked>()

/**
 * The library's store, but a full disk is told from a cut connection, and bytes are compared with the digest that was
 * announced for them, which the library leaves out. Both are noted and not thrown: by the time an error of the file
 * gets through the library's streams, their own end has been reported instead.
 */
class UploadFolder extends FileStore {
  override async write(readable: Readable, id: string, offset: number): Promise<number> {
    const path = join(this.directory, id)
    const file = createWriteStream(path, { flags: 'r+', start: offset })
    const asked: Asked = asking.getStore() ?? { checksum: undefined }
    const digest = asked.checksum && digesting(asked.checksum)
    try {
      await (digest ? pipeline(readable, digest.through, file) : pipeline(readable, file))
    } catch (error) {
      if (isFull(error)) asked.outcome = 'outOfRoom'
      throw ERRORS.FILE_WRITE_ERROR
    }
    if (!digest || digest.isRight()) return offset + file.bytesWritten
    await truncate(path, offset)
    asked.outcome = 'changed'
    return offset
  }
}

const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code ?? '')

/** What a request of ours is to the library: the id was chosen before it was called. */
interface TusRequest extends Request {
  uploadId?: string
}

/** Resumable uploads in a folder. `keepMs`: how long an unfinished one may be resumed, told to the client. */
export async function openTus(folder: string, keepMs: number): Promise<UploadBytes> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const store = new UploadFolder({ directory: folder, expirationPeriodInMilliseconds: keepMs })
  // whether a file is too large is judged before its first byte, so its length must be known
  store.extensions = [...store.extensions.filter((name) => name !== 'creation-defer-length'), 'checksum']
  const idOf = (request: unknown) => (request as TusRequest).uploadId ?? ''
  const server = new Server({
    path: '/',
    datastore: store,
    relativeLocation: true,
    namingFunction: idOf,
    getFileIdFromRequest: idOf,
  })
  const remove = async (uploadId: string) => {
    await rm(join(folder, uploadId), { force: true })
    await rm(join(folder, `${uploadId}.json`), { force: true })
  }
  return {
    async handle(request, response, uploadId) {
      const checksum = checksumOf(request)
      if (checksum === 'unreadable') return { status: 400, headers: {}, refusal: NO_CHECKSUM }
      const asked: Asked = { checksum }
      const answer = await asking
        .run(asked, () => server.handleWeb(webRequest(request, response, uploadId)))
        .finally(() => letGo(request))
      if (asked.outcome === 'changed') return { status: CHECKSUM_MISMATCH, headers: {}, refusal: MISMATCH }
      if (asked.outcome === undefined) return toAnswer(answer)
      // half a file on a full disk helps nobody
      await remove(uploadId)
      return { status: 507, headers: {}, refusal: fileRefusals.diskFull() }
    },
    async state(uploadId) {
      const upload = await store.getUpload(uploadId).catch(() => undefined)
      if (!upload) return undefined
      return { sizeBytes: upload.size ?? 0, offset: upload.offset, fileName: upload.metadata?.['filename'] ?? '' }
    },
    judge: (uploadId, maxBytes) => judgeFile(join(folder, uploadId), maxBytes),
    pathOf: (uploadId) => join(folder, uploadId),
    remove,
    ids: async () => [...new Set((await readdir(folder)).map((name) => name.replace(/\.json$/, '')))],
    async freeBytes() {
      const { bavail, bsize } = await statfs(folder)
      return bavail * bsize
    },
  }
}

function checksumOf({ headers }: IncomingMessage): Checksum | 'unreadable' | undefined {
  try {
    return readChecksum(headers['upload-checksum'])
  } catch {
    return 'unreadable'
  }
}

type LibraryRequest = Parameters<Server['handleWeb']>[0]

/** `runtime` is how the library recognises a request of Node, whose end it then notices. */
function webRequest(request: IncomingMessage, response: ServerResponse, uploadId: string): LibraryRequest {
  const headers = Object.entries(request.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as [string, string]],
  )
  const hasBody = request.method === 'POST' || request.method === 'PATCH'
  const web = new Request(`http://uploads/${uploadId}`, {
    method: request.method ?? 'GET',
    headers,
    ...(hasBody && { body: Readable.toWeb(request) as ReadableStream, duplex: 'half' }),
  })
  return Object.assign(web, {
    uploadId,
    runtime: { name: 'node', node: { req: request, res: response } },
  }) as LibraryRequest
}

/**
 * What the library leaves of a request that it refuses is read and thrown away, or the next one on the connection would
 * wait behind it for good: Node does so by itself only where nobody began to read.
 */
function letGo(request: IncomingMessage): void {
  if (request.readableEnded) return
  request.removeAllListeners('data')
  request.resume()
}

/** Headers of the protocol, without those for pages of other origins, of which there are none. */
function toAnswer(answer: Response): TusAnswer {
  const headers = Object.fromEntries(
    [...answer.headers].filter(([name]) => /^(tus|upload)-|^cache-control$/.test(name)),
  )
  if (answer.status < 400) return { status: answer.status, headers }
  return { status: answer.status, headers, refusal: REFUSALS[answer.status] ?? OTHER }
}
