import type { PlatformRole, OrgRole } from '#contract/rights.ts'
import type { PeopleStore } from '#server/ports-manage.ts'
import type { Clock } from '#server/ports.ts'

import { newId } from './ids.ts'
import type { Db } from './open.ts'
import { createSessions } from './sessions.ts'

/** People, their roles and their sessions. */
export function createPeople(db: Db, clock: Clock): PeopleStore {
  const { read, transact } = db
  return {
    ...createSessions(db, clock),
    async byEmail(email) {
      const row = await read
        .selectFrom('users')
        .select(['id', 'password_hash'])
        .where('email', '=', email)
        .where('disabled', '=', 0)
        .executeTakeFirst()
      return row && { id: row.id, passwordHash: row.password_hash }
    },
    async person(userId) {
      const user = await read
        .selectFrom('users')
        .selectAll()
        .where('id', '=', userId)
        .where('disabled', '=', 0)
        .executeTakeFirst()
      if (!user) return undefined
      const rows = await read
        .selectFrom('members')
        .innerJoin('orgs', 'orgs.id', 'members.org_id')
        .select(['orgs.id', 'orgs.slug', 'orgs.name', 'orgs.zone', 'members.roles'])
        .where('members.user_id', '=', userId)
        .orderBy('orgs.name')
        .execute()
      return {
        user: { id: user.id, email: user.email, name: user.name },
        platformRoles: JSON.parse(user.platform_roles) as PlatformRole[],
        memberships: rows.map(({ roles, ...org }) => ({ org, roles: JSON.parse(roles) as OrgRole[] })),
      }
    },
    hasAny: async () => (await read.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined,
    addFirst: (user) =>
      transact(async (trx) => {
        if (await trx.selectFrom('users').select('id').limit(1).executeTakeFirst()) return false
        const row = {
          id: newId(clock.now()),
          email: user.email,
          name: user.name,
          password_hash: user.passwordHash,
          platform_roles: JSON.stringify(user.platformRoles),
          disabled: 0,
          created_at: clock.now(),
        } as const
        await trx.insertInto('users').values(row).execute()
        return true
      }),
  }
}
