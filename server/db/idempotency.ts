import type { Clock } from '#server/ports.ts'

import type { Db } from './open.ts'
import type { SecretBox } from './secrets.ts'

interface Key {
  orgId: string
  userId: string
  key: string
}

/** A key is remembered for a day: longer than any network keeps a request. */
const KEEP_MS = 86_400_000
/** A row whose request is not answered yet. */
const OPEN = 0

const aboutOf = ({ orgId, userId, key }: Key): string => `idempotency ${orgId} ${userId} ${key}`

/** Keeps what a creation answered, sealed, because a reply may hold a secret that is shown once. */
export function createIdempotencyStore({ transact }: Db, clock: Clock, box: SecretBox) {
  const is = ({ orgId, userId, key }: Key) => ({ org_id: orgId, user_id: userId, key })
  return {
    reserve: (key: Key, requestHash: string) =>
      transact(async (trx) => {
        const now = clock.now()
        await trx
          .deleteFrom('idempotency')
          .where('created_at', '<', now - KEEP_MS)
          .execute()
        const row = await trx
          .selectFrom('idempotency')
          .selectAll()
          .where((eb) => eb.and(is(key)))
          .executeTakeFirst()
        if (!row) {
          const fresh = { ...is(key), request_hash: requestHash, status: OPEN, reply: '', created_at: now }
          await trx.insertInto('idempotency').values(fresh).execute()
          return { kind: 'fresh' } as const
        }
        if (row.request_hash !== requestHash) return { kind: 'other' } as const
        if (row.status === OPEN) return { kind: 'unanswered' } as const
        return { kind: 'answered', status: row.status, reply: box.open(row.reply, aboutOf(key)) } as const
      }),
    answered: (key: Key, status: number, reply: string) =>
      transact(async (trx) => {
        const set = { status, reply: box.seal(reply, aboutOf(key)) }
        await trx
          .updateTable('idempotency')
          .set(set)
          .where((eb) => eb.and(is(key)))
          .execute()
      }),
    release: (key: Key) =>
      transact(async (trx) => {
        await trx
          .deleteFrom('idempotency')
          .where((eb) => eb.and(is(key)))
          .execute()
      }),
  }
}
