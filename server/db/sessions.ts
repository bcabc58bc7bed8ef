import { DEPLOYMENT, SESSION_WORDS, signInFailedWords, type SessionEnd } from '#domain/log-words.ts'
import type { SecurityLog } from '#server/ports-activity.ts'
import type { LogLine } from '#server/ports-engine.ts'
import type { PeopleStore, SessionRecord } from '#server/ports-manage.ts'
import type { Actor, Clock } from '#server/ports.ts'

import { appendLog } from './log.ts'
import type { Db, Trx } from './open.ts'
import type { SessionsTable } from './schema.ts'

/** Sessions that are ended in one transaction. */
const AT_ONCE = 200

const toSession = (row: SessionsTable): SessionRecord => ({
  tokenHash: row.token_hash,
  userId: row.user_id,
  createdAt: row.created_at,
  lastSeenAt: row.last_seen_at,
  expiresAt: row.expires_at,
  address: row.address,
  userAgent: row.user_agent,
})
const toRow = (session: SessionRecord): SessionsTable => ({
  token_hash: session.tokenHash,
  user_id: session.userId,
  created_at: session.createdAt,
  last_seen_at: session.lastSeenAt,
  expires_at: session.expiresAt,
  address: session.address,
  user_agent: session.userAgent,
})

const SYSTEM: Actor = { kind: 'system', id: '', name: 'system', address: '' }

type Told = Pick<LogLine, 'actor' | 'action' | 'summary' | 'why' | 'data'>

/** Says in each organisation of the person what happened to their access; without one, in the log of the deployment. */
async function tell({ dialect }: Db, trx: Trx, at: number, userId: string | undefined, told: Told): Promise<void> {
  const members = trx
    .selectFrom('members')
    .select('org_id')
    .where('user_id', '=', userId ?? '')
  const orgIds = (await members.orderBy('org_id').execute()).map(({ org_id }) => org_id)
  const object = { kind: 'user', id: userId ?? '' }
  const lines = (orgIds.length > 0 ? orgIds : [DEPLOYMENT]).map((orgId) => ({ ...told, orgId, at, object }))
  await appendLog({ trx, dialect }, lines)
}

const nameOf = async (trx: Trx, userId: string): Promise<string> =>
  (await trx.selectFrom('users').select('name').where('id', '=', userId).executeTakeFirst())?.name ?? 'somebody'

type Sessions = Pick<PeopleStore, 'session' | 'addSession' | 'touchSession' | 'endSession' | 'endOver' | 'signInFailed'>

/** Who is in. Coming and going is logged in the transaction that lets in and out. */
export function createSessions(db: Db, clock: Clock): Sessions {
  const { read, transact } = db
  const end = async (trx: Trx, { token_hash, user_id }: SessionsTable, how: SessionEnd, actor: Actor) => {
    await trx.deleteFrom('sessions').where('token_hash', '=', token_hash).execute()
    const { action, did, why } = SESSION_WORDS[how]
    const summary = did(await nameOf(trx, user_id))
    await tell(db, trx, clock.now(), user_id, { actor, action, summary, why })
  }
  return {
    async session(tokenHash) {
      const row = await read.selectFrom('sessions').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst()
      return row && toSession(row)
    },
    addSession: (session) =>
      transact(async (trx) => {
        await trx.insertInto('sessions').values(toRow(session)).execute()
        const { userId, address } = session
        const name = await nameOf(trx, userId)
        const actor = { kind: 'user', id: userId, name, address } as const
        const { action, did, why } = SESSION_WORDS.signedIn
        await tell(db, trx, clock.now(), userId, { actor, action, summary: did(name), why })
      }),
    touchSession: (tokenHash, at) =>
      transact(async (trx) => {
        await trx.updateTable('sessions').set({ last_seen_at: at }).where('token_hash', '=', tokenHash).execute()
      }),
    endSession: (tokenHash, actor) =>
      transact(async (trx) => {
        const row = await trx.selectFrom('sessions').selectAll().where('token_hash', '=', tokenHash).executeTakeFirst()
        if (row) await end(trx, row, 'signedOut', actor)
      }),
    async endOver({ expiredAt, silentSince }) {
      for (let left = true; left;)
        left = await transact(async (trx) => {
          const over = trx
            .selectFrom('sessions')
            .selectAll()
            .where((on) => on.or([on('expires_at', '<=', expiredAt), on('last_seen_at', '<=', silentSince)]))
          const rows = await over.limit(AT_ONCE).execute()
          for (const row of rows) await end(trx, row, row.expires_at <= expiredAt ? 'aged' : 'silent', SYSTEM)
          return rows.length === AT_ONCE
        })
    },
    signInFailed: (userId, address, more) =>
      transact(async (trx) => {
        const name = userId === undefined ? null : await nameOf(trx, userId)
        const actor = { kind: 'system', id: '', name: 'nobody', address } as const
        const summary = signInFailedWords(name, more)
        await tell(db, trx, clock.now(), userId, { actor, action: 'user.signInFailed', summary, data: { more } })
      }),
  }
}

export const createSecurityLog = ({ transact, dialect }: Db, clock: Clock): SecurityLog => ({
  append: (line) => transact((trx) => appendLog({ trx, dialect }, [{ ...line, at: clock.now() }])),
})
