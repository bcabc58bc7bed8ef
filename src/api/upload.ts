import type { DetailedError, HttpResponse, Upload, UploadOptions } from 'tus-js-client'

import { uploads } from '#contract/manage/uploads.ts'
import { Problem } from '#contract/endpoint.ts'
import { createSpeedometer } from '#src/lib/speed.ts'
import { addressOf, problemOf } from './call.ts'
import { fetchChunk } from './chunk.ts'
import { sessionEnd } from './session-end.ts'

export type UploadState =
  | { phase: 'sending' | 'waiting' | 'paused'; sentBytes: number; bytesPerSecond: number | null }
  | { phase: 'sent'; uploadId: string }
  | { phase: 'failed'; sentBytes: number; problem: Problem }

export interface UploadHandle {
  pause(): void
  resume(): void
  /** Gives the upload up, here and on the server. */
  cancel(): void
}

interface Source {
  org: string
  file: File
  /** Recognises the file after a cut or a reload, so that it goes on where it stopped. */
  sha256: string
}

interface Job extends Source {
  tell: (state: UploadState) => void
}

/** Small enough for the body limits of proxies, large enough that requests do not matter, bytes. */
const CHUNK_BYTES = 8 * 1024 * 1024
/** Pauses between attempts after a cut, ms; afterwards the operator is asked. */
const RETRY_PAUSES_MS = [0, 1_000, 2_000, 4_000, 8_000, 8_000, 8_000]

/** The tus client is fetched only now: most visits upload nothing. */
async function prepare({ org, file, sha256 }: Source, hear: UploadOptions): Promise<Upload> {
  const tus = await fetchChunk(() => import('tus-js-client'))
  return new tus.Upload(file, {
    endpoint: addressOf(uploads.create, { params: { org } }),
    metadata: { filename: file.name, sha256 },
    chunkSize: CHUNK_BYTES,
    retryDelays: RETRY_PAUSES_MS,
    // the browser keeps the address of an unfinished upload under this name
    fingerprint: () => Promise.resolve(`ota ${org} ${sha256}`),
    removeFingerprintOnSuccess: true,
    onAfterResponse: (request, response) => {
      if (request.getMethod() === 'HEAD' && !isKnown(response.getStatus())) throw new NotTold(response)
    },
    ...hear,
  })
}

/**
 * How much of the file an earlier visit has sent, bytes; null when there is nothing to go on with. Not knowing keeps
 * nobody from uploading, so a lost connection answers null as well.
 */
export async function earlierUpload(source: Source): Promise<number | null> {
  const [earlier] = await (await prepare(source, {})).findPreviousUploads()
  if (!earlier?.uploadUrl) return null
  const headers = { 'Tus-Resumable': '1.0.0' }
  const answer = await fetch(earlier.uploadUrl, { method: 'HEAD', headers }).catch(() => undefined)
  return answer?.ok ? Number(answer.headers.get('Upload-Offset')) : null
}

/** Sends a file to the server, resumable: what an earlier visit has sent is not sent again. */
export async function startUpload({ tell, ...source }: Job): Promise<UploadHandle> {
  const speed = createSpeedometer()
  let sentBytes = 0
  const upload: Upload = await prepare(source, {
    onProgress: (bytes) => {
      sentBytes = bytes
      tell({ phase: 'sending', sentBytes, bytesPerSecond: speed(bytes, Date.now()) })
    },
    onShouldRetry: (error) => {
      const isWorth = isPassing(statusOf(error))
      if (isWorth) tell({ phase: 'waiting', sentBytes, bytesPerSecond: null })
      return isWorth
    },
    onError: (error) => tell({ phase: 'failed', sentBytes, problem: describe(error) }),
    onSuccess: () => tell({ phase: 'sent', uploadId: upload.url?.split('/').at(-1) ?? '' }),
  })
  const [earlier] = await upload.findPreviousUploads()
  if (earlier) upload.resumeFromPreviousUpload(earlier)
  upload.start()
  return {
    pause() {
      void upload.abort()
      tell({ phase: 'paused', sentBytes, bytesPerSecond: null })
    },
    resume: () => upload.start(),
    cancel: () => void upload.abort(true).catch(() => undefined), // unreachable: the server forgets it by itself
  }
}

/**
 * The server did not say how far an upload is. The client would forget the upload and begin anew, although it is there
 * once the person has signed in again or the server has time: only what is gone begins anew.
 */
class NotTold extends Error {
  readonly response: HttpResponse
  constructor(response: HttpResponse) {
    super(`No offset: ${response.getStatus()}`)
    this.response = response
  }
}

/** How far it is, that it is gone, or that an earlier connection still holds it. */
const isKnown = (status: number) => status < 300 || status === 404 || status === 410 || status === 423

function responseOf(error: Error | DetailedError): HttpResponse | null {
  if (!('originalResponse' in error)) return null
  return error.causingError instanceof NotTold ? error.causingError.response : error.originalResponse
}

const statusOf = (error: Error | DetailedError): number => responseOf(error)?.getStatus() ?? 0

/** A disk that is full is full a moment later as well. */
const DISK_FULL = 507

/** A cut, an overloaded server, or a lock that an earlier connection still holds. */
const isPassing = (status: number) =>
  status === 0 || (status >= 500 && status !== DISK_FULL) || status === 409 || status === 423 || status === 429

export const cut: Problem = {
  status: 503,
  code: 'unreachable',
  title: 'The connection was lost. The upload goes on from here when you resume it.',
}

const signedOut: Problem = {
  status: 401,
  code: 'signed_out',
  title: 'Your session had ended. The upload goes on from here when you have signed in and resume it.',
}

function describe(error: Error | DetailedError): Problem {
  const response = responseOf(error)
  const status = statusOf(error)
  if (!response || status === 0) return cut
  if (status === 401) {
    sessionEnd.happened()
    return signedOut
  }
  const told = Problem.safeParse(parseJson(response.getBody())).data
  // an answer to HEAD has no words
  return told ?? (isPassing(status) ? cut : problemOf(undefined, status))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
