import { createHash, type Hash } from 'node:crypto'
import { Transform } from 'node:stream'

import { CHECKSUMS } from '#contract/manage/uploads.ts'

const ALGORITHMS: readonly string[] = CHECKSUMS

/** What a client says the digest of the bytes of one request is. */
export interface Checksum {
  algorithm: string
  digest: Buffer
}

/**
 * Reads tus' `Upload-Checksum`, an algorithm and a digest in base64.
 * @returns undefined when none is given
 * @throws Error when it cannot be read, or is of an algorithm that is not offered
 */
export function readChecksum(header: string | string[] | undefined): Checksum | undefined {
  if (header === undefined) return undefined
  const [algorithm = '', text = '', ...more] = String(header).split(' ')
  if (!ALGORITHMS.includes(algorithm) || text === '' || more.length > 0)
    throw new Error('The checksum is not one that is offered')
  return { algorithm, digest: Buffer.from(text, 'base64') }
}

/** Lets bytes through and knows their digest once all of them have passed. */
export function digesting(checksum: Checksum): { through: Transform; isRight(): boolean } {
  const hash: Hash = createHash(checksum.algorithm)
  const through = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      done(null, chunk)
    },
  })
  return { through, isRight: () => hash.digest().equals(checksum.digest) }
}
