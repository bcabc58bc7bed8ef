import { createMD5, createSHA256 } from 'hash-wasm'

import type { FirmwareCreate } from '#contract/manage/firmware.ts'
import { createFirmwareJudge, fileRefusals } from '#domain/firmware-file.ts'
import type { Refusal } from '#domain/refusal.ts'

import { db } from './db.ts'
import { forgetUpload } from './kept-uploads.ts'
import { limits } from './limits.ts'
import { refused, type MockProblem } from './problem.ts'
import type { UploadRow } from './world.ts'

/** What is wrong with a file stands beside the file. */
export const refusedFile = (refusal: Refusal, status = 422): MockProblem => refused(refusal, status, 'file')

export const arrivedBytes = ({ chunks }: UploadRow): number => chunks.reduce((sum, { length }) => sum + length, 0)

export function dropUpload(upload: UploadRow): void {
  db.uploads.splice(db.uploads.indexOf(upload), 1)
  void forgetUpload(upload.id)
}

async function digestsOf(chunks: readonly Uint8Array[]) {
  const [sha256, md5] = await Promise.all([createSHA256(), createMD5()])
  for (const chunk of chunks) {
    sha256.update(chunk)
    md5.update(chunk)
  }
  return { sha256: sha256.digest(), md5: md5.digest() }
}

function contentRefusal(chunks: readonly Uint8Array[]): Refusal | null {
  const judge = createFirmwareJudge(limits.firmwareMaxBytes)
  chunks.every((chunk) => judge.push(chunk))
  const verdict = judge.end()
  return verdict.ok ? null : verdict
}

/**
 * What the server does with a finished upload: judges the bytes by the domain's rule, computes the digests itself and
 * takes the file out of the uploads. What is refused for good is removed, so that nothing is left in storage.
 * @throws MockProblem in the server's words
 */
export async function judgeUpload(
  orgId: string,
  uploadId: string,
  announced: Pick<FirmwareCreate, 'sha256' | 'md5'>,
): Promise<{ fileName: string; bytes: Uint8Array }> {
  const upload = db.uploads.find((row) => row.id === uploadId && row.orgId === orgId)
  if (!upload) throw refusedFile(fileRefusals.unknownUpload())
  if (arrivedBytes(upload) < upload.sizeBytes) throw refusedFile(fileRefusals.incomplete(), 409)
  const refusal = contentRefusal(upload.chunks) ?? (await digestRefusal(upload.chunks, announced))
  dropUpload(upload)
  if (refusal) throw refusedFile(refusal)
  return { fileName: upload.fileName, bytes: joined(upload.chunks) }
}

async function digestRefusal(
  chunks: readonly Uint8Array[],
  announced: Pick<FirmwareCreate, 'sha256' | 'md5'>,
): Promise<Refusal | null> {
  const found = await digestsOf(chunks)
  if (found.sha256 !== announced.sha256) return fileRefusals.digestDiffers('SHA-256')
  return found.md5 === announced.md5 ? null : fileRefusals.digestDiffers('MD5')
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(chunks.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const chunk of chunks) {
    bytes.set(chunk, at)
    at += chunk.length
  }
  return bytes
}
