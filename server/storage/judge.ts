import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'

import { createFirmwareJudge, fileRefusals } from '#domain/firmware-file.ts'
import type { JudgedFile } from '#server/ports-manage.ts'

import { isGone } from './gone.ts'

/** Small enough that judging and hashing a piece never holds the loop: about 2 ms. */
const PIECE_BYTES = 256 * 1024

/**
 * Reads a file once: whether it is firmware, and both digests. Never holds more than a piece of it. A file that is not
 * there (any more) is refused like an upload that nobody knows.
 * @param maxBytes largest firmware file; reading ends where it is passed
 */
export async function judgeFile(path: string, maxBytes: number): Promise<JudgedFile> {
  return readAndJudge(path, maxBytes).catch((error: unknown) => {
    if (isGone(error)) return { ok: false, ...fileRefusals.unknownUpload() }
    throw error
  })
}

async function readAndJudge(path: string, maxBytes: number): Promise<JudgedFile> {
  const judge = createFirmwareJudge(maxBytes)
  const sha256 = createHash('sha256')
  const md5 = createHash('md5')
  for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Buffer>) {
    if (!judge.push(piece)) break
    sha256.update(piece)
    md5.update(piece)
  }
  const verdict = judge.end()
  return verdict.ok ? { ...verdict, sha256: sha256.digest('hex'), md5: md5.digest('hex') } : verdict
}
