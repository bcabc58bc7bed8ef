import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

export interface Passwords {
  hash(password: string): Promise<string>
  /** Does the same work for an account that does not exist (`undefined`), and says false. */
  verify(password: string, hash: string | undefined): Promise<boolean>
}

/** scrypt's own names: blocks, block size, repetitions. */
export interface Cost {
  N: number
  r: number
  p: number
}

/** Cost of the OWASP cheat sheet for scrypt: 2^16 blocks of 8, twice. About 64 MiB and 0.3 s on one core. */
const SCRYPT_COST: Cost = { N: 65_536, r: 8, p: 2 }

const KEY_BYTES = 32
const SALT_BYTES = 16

const derive = (password: string, salt: Buffer, { N, r, p }: Cost) =>
  new Promise<Buffer>((resolve, reject) => {
    // what it needs, 128 N r, with room to spare
    const maxmem = 256 * N * r + 1_048_576
    // one person may type an accent in two ways; both are the same password
    scrypt(password.normalize('NFKC'), salt, KEY_BYTES, { N, r, p, maxmem }, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })

/** scrypt with its parameters beside the hash, so that the cost can grow without anyone's password being asked for. */
export function createPasswords(cost: Cost = SCRYPT_COST): Passwords {
  let last: Promise<unknown> = Promise.resolve()
  /** One at a time: the thread pool also reads firmware files, and each derivation takes its memory. */
  const queued = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work)
    last = next.catch(() => undefined)
    return next
  }
  const nobody = encode(cost, randomBytes(SALT_BYTES), randomBytes(KEY_BYTES))
  return {
    hash: (password) =>
      queued(async () => {
        const salt = randomBytes(SALT_BYTES)
        return encode(cost, salt, await derive(password, salt, cost))
      }),
    verify: (password, hash) =>
      queued(async () => {
        const { salt, key, ...stored } = decode(hash ?? nobody)
        const equal = timingSafeEqual(await derive(password, salt, stored), key)
        return equal && hash !== undefined
      }),
  }
}

const encode = ({ N, r, p }: Cost, salt: Buffer, key: Buffer): string =>
  ['scrypt', N, r, p, salt.toString('base64url'), key.toString('base64url')].join('$')

function decode(hash: string) {
  const [method, N, r, p, salt = '', key = ''] = hash.split('$')
  if (method !== 'scrypt') throw new Error('A password in the database has an unknown format')
  return {
    N: Number(N),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64url'),
    key: Buffer.from(key, 'base64url'),
  }
}
