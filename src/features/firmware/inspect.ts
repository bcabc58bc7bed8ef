import { createMD5, createSHA256 } from 'hash-wasm'

import { createFirmwareJudge, type FileVerdict } from '#domain/firmware-file.ts'

export interface Inspection {
  verdict: FileVerdict
  sha256: string
  md5: string
}

/** Read at once, bytes: memory stays flat whatever the size of the file. */
const PIECE_BYTES = 2 * 1024 * 1024

/**
 * Judges a file and computes both digests in one pass over its bytes.
 * @param maxBytes the limit of this deployment
 * @param tell how many bytes are done
 */
export async function inspect(file: Blob, maxBytes: number, tell: (doneBytes: number) => void): Promise<Inspection> {
  const judge = createFirmwareJudge(maxBytes)
  const [sha256, md5] = await Promise.all([createSHA256(), createMD5()])
  for (let from = 0; from < file.size; from += PIECE_BYTES) {
    const piece = new Uint8Array(await file.slice(from, from + PIECE_BYTES).arrayBuffer())
    if (!judge.push(piece)) break
    sha256.update(piece)
    md5.update(piece)
    tell(Math.min(from + PIECE_BYTES, file.size))
  }
  return { verdict: judge.end(), sha256: sha256.digest('hex'), md5: md5.digest('hex') }
}
