import { createHash } from 'node:crypto'

import type { FastifyReply, FastifyRequest } from 'fastify'

import { ProblemError } from '#server/ports.ts'

import type { InOrg, SignedIn } from './guard.ts'

/** What was answered to an earlier request, or how far it got. */
export type Reservation =
  | { kind: 'fresh' }
  /** The same key came with another request. */
  | { kind: 'other' }
  /** It is being worked on, or the service ended while it was. */
  | { kind: 'unanswered' }
  | { kind: 'answered'; status: number; reply: string }

export interface IdempotencyKey {
  orgId: string
  userId: string
  key: string
}

/** What must be kept so that a creation that is sent twice happens once. */
export interface IdempotencyStore {
  /** Durable before it answers `fresh`, so that no second process and no restart runs the request again. */
  reserve(key: IdempotencyKey, requestHash: string): Promise<Reservation>
  /** `reply` may hold a secret that is shown once: it is to be kept encrypted. */
  answered(key: IdempotencyKey, status: number, reply: string): Promise<void>
  /** The key may be used again where the error proves that the request has changed nothing. Never throws. */
  failed(key: IdempotencyKey, error: unknown): Promise<void>
}

interface Exchange {
  request: FastifyRequest
  response: FastifyReply
}

export interface Idempotency {
  /** @param sent what tells this request from others to the same address: its body, or a digest of it */
  once<T>(exchange: Exchange, caller: SignedIn | InOrg, sent: unknown, run: () => Promise<T>): Promise<T>
}

const refusals = {
  badKey: { status: 400, code: 'invalid_request', title: 'The Idempotency-Key has 1 to 128 printable characters.' },
  other: {
    status: 422,
    code: 'idempotency_key_reused',
    title: 'This Idempotency-Key was used for another request. Use a new one.',
  },
  unanswered: {
    status: 409,
    code: 'idempotency_unanswered',
    title: 'This request was sent before and is not answered yet. Look whether what it creates is already there.',
  },
} as const

const hashOf = ({ method, url }: FastifyRequest, sent: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify([method, url, sent]))
    .digest('hex')

/** `Idempotency-Key` on creations: the second of two equal requests gets the answer of the first. */
export function createIdempotency(store: IdempotencyStore): Idempotency {
  return {
    async once({ request, response }, caller, sent, run) {
      const given = request.headers['idempotency-key']
      if (given === undefined) return run()
      if (typeof given !== 'string' || !/^[\x21-\x7e]{1,128}$/.test(given)) throw new ProblemError(refusals.badKey)
      const key = { orgId: 'org' in caller ? caller.org.id : '', userId: caller.user.id, key: given }
      const found = await store.reserve(key, hashOf(request, sent))
      if (found.kind === 'other') throw new ProblemError(refusals.other)
      if (found.kind === 'unanswered') throw new ProblemError(refusals.unanswered, 1)
      if (found.kind === 'answered') {
        response.code(found.status).header('idempotent-replay', 'true')
        return JSON.parse(found.reply)
      }
      return keep(store, key, { request, response }, run)
    },
  }
}

async function keep<T>(
  store: IdempotencyStore,
  key: IdempotencyKey,
  { request, response }: Exchange,
  run: () => Promise<T>,
): Promise<T> {
  const reply = await run().catch(async (error: unknown) => {
    await store.failed(key, error)
    throw error
  })
  // what was made is there, so that it is no failure of the request when its answer cannot be kept for a second one
  await store
    .answered(key, response.statusCode, JSON.stringify(reply))
    .catch((err: unknown) => request.log.warn({ err }, 'an answer was not kept for its Idempotency-Key'))
  return reply
}
