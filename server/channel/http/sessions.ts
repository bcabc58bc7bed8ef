import { randomUUID } from 'node:crypto'

import { Code } from '#contract/device/codes.ts'
import { formatAnswer } from '#contract/device/envelope.ts'
import { formatAuthAnswer, readAuth } from '#contract/device/http.ts'
import type { DeviceKeys } from '#contract/device/topics.ts'
import type { DeviceAnswer, Origin } from '#server/ports-device-http.ts'
import type { Clock, DeviceCredentials, DeviceIdentity, DeviceSession } from '#server/ports.ts'
import { createBuckets } from '../bucket.ts'
import type { Counters } from '../counters.ts'
import { shortName, type RefusalLog } from '../refusal-log.ts'
import { createEndings } from './endings.ts'
import { ENDED, isAlive, judgeAuth, judgeSession, type DoorTerms } from './judge.ts'
import type { HttpLimits } from './limits.ts'
import type { Presence, Sign } from './presence.ts'
import { createSessionIds, type SessionClaims } from './session-id.ts'

interface Found {
  ok: true
  device: DeviceIdentity
  session: DeviceSession
  claims: SessionClaims
}
interface Refused {
  ok: false
  answer: DeviceAnswer
}

/** HTTP sessions: opened by a signature, found by their id. */
export interface Sessions {
  open(keys: DeviceKeys, body: Uint8Array, origin: Origin): Promise<(Found & { answer: DeviceAnswer }) | Refused>
  /** The session of an id, which counts as used by this. */
  find(id: string, origin: Origin): Promise<Found | Refused>
  /** Ends every session of the device, also those that another process opened. */
  end(deviceId: string): void
}

interface SessionsTerms extends DoorTerms {
  clock: Clock
  tellRefusal: RefusalLog
  secret: string
  limits: HttpLimits
  counters: Counters
  presence: Presence
}

const identityOf = ({ deviceId, orgId, productKey, deviceKey }: DeviceCredentials): DeviceIdentity => ({
  deviceId,
  orgId,
  productKey,
  deviceKey,
})

const sessionOf = ({ sessionId, issuedAt }: SessionClaims): DeviceSession => ({ id: sessionId, startedAt: issuedAt })

/** Long enough for any bucket to have a token again. */
const RETRY_S = 5

export function createSessions(terms: SessionsTerms): Sessions {
  const { clock, directory, limits, counters, presence } = terms
  const ids = createSessionIds(terms.secret)
  const endings = createEndings(clock)
  const addresses = createBuckets(limits.authsOfAddress, clock)
  const openings = createBuckets(limits.sessionsOfDevice, clock)
  const messages = createBuckets(limits.messagesOfDevice, clock)

  const refuseAuth = (
    keys: DeviceKeys,
    origin: Origin,
    refusal: { code: number; reason: string; message: string },
  ): Refused => {
    const { code, reason, message } = refusal
    counters.count(`http_auth_refused_${reason}`)
    const device = shortName(`${keys.productKey}/${keys.deviceKey}`)
    terms.tellRefusal('Refused a device over HTTP', { device, address: origin.address, reason })
    return { ok: false, answer: { code, body: formatAuthAnswer(code, message) } }
  }

  const tooMany = (keys: DeviceKeys, origin: Origin, reason: string): Refused => {
    const message = 'Too many sessions are being opened: try again later'
    const { answer } = refuseAuth(keys, origin, { code: Code.tooManyRequests, reason, message })
    return { ok: false, answer: { ...answer, retryAfterSeconds: RETRY_S } }
  }

  const refuse = (code: number, reason: string, message: string): Refused => {
    counters.count(`http_message_refused_${reason}`)
    return { ok: false, answer: { code, body: formatAnswer('', code, message) } }
  }

  const signOf = (device: DeviceIdentity, claims: SessionClaims): Sign => ({
    device,
    session: sessionOf(claims),
    takesUpgrades: claims.takesUpgrades,
    until: clock.now() + Math.min(claims.lifetimeMs, limits.onlineMs) + limits.marginMs,
  })

  return {
    async open(keys, body, origin) {
      if (!addresses.take(origin.address)) return tooMany(keys, origin, 'tooManyFromAddress')
      const reading = readAuth(body, limits.authBytes)
      if (!reading.ok) return refuseAuth(keys, origin, { ...reading, reason: 'malformed' })
      const message = reading.value
      const judged = await judgeAuth(terms, keys, message, origin)
      if (!judged.ok) return refuseAuth(keys, origin, { ...judged, code: Code.authFailed })
      const { credentials } = judged
      if (!openings.take(credentials.deviceId)) return tooMany(keys, origin, 'tooManyOfDevice')
      const device = identityOf(credentials)
      const claims: SessionClaims = {
        ...keys,
        sessionId: randomUUID(),
        deviceId: device.deviceId,
        generation: credentials.secretGeneration,
        issuedAt: clock.now(),
        lifetimeMs: Number(message.lifetime),
        takesUpgrades: message.takesUpgrades,
      }
      await presence.begin(signOf(device, claims))
      // a device that knows its own secret has no more use for its product's: nobody else may learn it that way
      if (!credentials.activated) await directory.activate(device.deviceId, { address: origin.address, isTold: false })
      if (endings.hasEnded(device.deviceId, claims.issuedAt)) {
        presence.end(device.deviceId)
        return refuseAuth(keys, origin, { ...ENDED, code: Code.authFailed })
      }
      counters.count('http_auth')
      const answer = { code: Code.ok, body: formatAuthAnswer(Code.ok, '', ids.make(claims)) }
      return { ok: true, device, session: sessionOf(claims), claims, answer }
    },

    async find(id, origin) {
      const claims = ids.read(id)
      if (!claims) return refuse(Code.authFailed, ENDED.reason, ENDED.message)
      const { deviceId } = claims
      const lastUse = presence.lastUse(deviceId, claims.sessionId)
      if (!isAlive(claims, lastUse, limits.marginMs, clock.now()) || endings.hasEnded(deviceId, claims.issuedAt))
        return refuse(Code.authFailed, ENDED.reason, ENDED.message)
      if (!messages.take(deviceId)) {
        const { answer } = refuse(Code.tooManyRequests, 'tooMany', 'Too many messages: slow down')
        return { ok: false, answer: { ...answer, retryAfterSeconds: RETRY_S } }
      }
      const judged = await judgeSession(terms, claims, origin)
      if (!judged.ok) return refuse(Code.authFailed, judged.reason, judged.message)
      const device = identityOf(judged.credentials)
      await presence.use(signOf(device, claims))
      const resumedAt = presence.resumedAt(deviceId)
      return { ok: true, device, session: { ...sessionOf(claims), ...(resumedAt && { resumedAt }) }, claims }
    },

    end(deviceId) {
      endings.end(deviceId)
      presence.end(deviceId)
    },
  }
}
