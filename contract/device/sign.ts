import { createHash, timingSafeEqual } from 'node:crypto'

/** The names on the wire. Those that say "hmac" are plain digests all the same. */
const HASHES = {
  sha256: 'sha256',
  hmacsha256: 'sha256',
  sha1: 'sha1',
  hmacsha1: 'sha1',
  md5: 'md5',
  hmacmd5: 'md5',
} as const
export type SignMethod = keyof typeof HASHES

/** Undefined for a method that the protocol does not have. */
export function parseSignMethod(name: string): SignMethod | undefined {
  const method = name.trim().toLowerCase()
  return Object.hasOwn(HASHES, method) ? (method as SignMethod) : undefined
}

/** MD5 and SHA-1 are accepted only where the deployment says so. */
export const isWeak = (method: SignMethod): boolean => HASHES[method] !== 'sha256'

/** Names sorted, each followed by its value, then the secret, no separators; digest in lower-case hex. */
export function sign(method: SignMethod, params: Readonly<Record<string, string>>, secret: string): string {
  const hash = createHash(HASHES[method])
  for (const name of Object.keys(params).sort()) hash.update(name + params[name])
  return hash.update(secret).digest('hex')
}

/** Compares without regard to case (SDKs differ) and in constant time. */
export function signatureMatches(expected: string, given: string): boolean {
  const left = Buffer.from(expected.toLowerCase())
  const right = Buffer.from(given.toLowerCase())
  return left.length === right.length && timingSafeEqual(left, right)
}
