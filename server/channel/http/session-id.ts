import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'

import { z } from 'zod'

const MAC_BYTES = 32
const ID_MAX_CHARACTERS = 1_024

const Packed = z.tuple([
  z.string(),
  z.string(),
  z.string(),
  z.string(),
  z.int(),
  z.int(),
  z.int(),
  z.union([z.literal(0), z.literal(1)]),
])

/** What a session id says. It holds as long as the device and this generation of its secret do. */
export interface SessionClaims {
  sessionId: string
  deviceId: string
  productKey: string
  deviceKey: string
  /** Of the device's secret: a reset ends the session in every process at once. */
  generation: number
  /** Epoch milliseconds. */
  issuedAt: number
  lifetimeMs: number
  takesUpgrades: boolean
}

/** Session ids that say everything themselves, so that any process with the same secret can check one. */
export interface SessionIds {
  make(claims: SessionClaims): string
  /** Undefined when it was not made here or was changed in any character; whether it still holds is the caller's to judge. */
  read(id: string): SessionClaims | undefined
}

export function createSessionIds(secret: string): SessionIds {
  const key = Buffer.from(hkdfSync('sha256', secret, '', 'device http sessions', MAC_BYTES))
  const mac = (text: string) => Buffer.from(createHmac('sha256', key).update(text).digest('base64url'))
  return {
    make(claims) {
      const text = Buffer.from(JSON.stringify(pack(claims))).toString('base64url')
      return `${text}.${mac(text).toString()}`
    },
    read(id) {
      if (id.length > ID_MAX_CHARACTERS) return undefined
      const [text = '', given = '', ...rest] = id.split('.')
      // texts are compared and not what they decode to: base64url has several texts for the same bytes
      const [right, asked] = [mac(text), Buffer.from(given)]
      if (rest.length > 0 || right.length !== asked.length || !timingSafeEqual(right, asked)) return undefined
      const packed = Packed.safeParse(JSON.parse(Buffer.from(text, 'base64url').toString()))
      return packed.success ? unpack(packed.data) : undefined
    },
  }
}

const pack = (claims: SessionClaims): z.infer<typeof Packed> => [
  claims.sessionId,
  claims.deviceId,
  claims.productKey,
  claims.deviceKey,
  claims.generation,
  claims.issuedAt,
  claims.lifetimeMs,
  claims.takesUpgrades ? 1 : 0,
]

const unpack = ([sessionId, deviceId, productKey, deviceKey, generation, issuedAt, lifetimeMs, takes]: z.infer<
  typeof Packed
>): SessionClaims => ({
  sessionId,
  deviceId,
  productKey,
  deviceKey,
  generation,
  issuedAt,
  lifetimeMs,
  takesUpgrades: takes === 1,
})
