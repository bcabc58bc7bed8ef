import { ProblemError, type Clock } from '#server/ports.ts'

import type { Db, Trx } from './open.ts'
import type { SecretBox } from './secrets.ts'
import { wasUndone } from './writer.ts'

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

/**
 * Whether an error proves that a creation has changed nothing. Each becomes visible by the last of its transactions, so
 * that one which was undone proves it; so does a file that found no room, because files come before their record.
 */
const isProof = (error: unknown): boolean =>
  error instanceof ProblemError ||
  wasUndone(error) ||
  ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException | undefined)?.code ?? '')

const is = ({ orgId, userId, key }: Key) => ({ org_id: orgId, user_id: userId, key })

const remove = (trx: Trx, key: Key) =>
  trx
    .deleteFrom('idempotency')
    .where((eb) => eb.and(is(key)))
    .execute()

/** Keeps what a creation answered, sealed, because a reply may hold a secret that is shown once. */
export function createIdempotencyStore({ transact }: Db, clock: Clock, box: SecretBox) {
  /** Keys that are free again, but whose rows could not be removed: on a full disk there is no room for that either. */
  const owed = new Set<Key>()

  /** Removes them together with what `work` does. */
  async function settling<T>(work: (trx: Trx) => Promise<T>): Promise<T> {
    const due = [...owed]
    // at once, so that nobody else removes them when one of them is taken again
    owed.clear()
    try {
      return await transact(async (trx) => {
        for (const key of due) await remove(trx, key)
        return work(trx)
      })
    } catch (error) {
      for (const key of due) owed.add(key)
      throw error
    }
  }

  return {
    reserve: (key: Key, requestHash: string) =>
      settling(async (trx) => {
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
    async failed(key: Key, error: unknown) {
      if (isProof(error)) await transact((trx) => remove(trx, key)).catch(() => owed.add(key))
    },
  }
}
