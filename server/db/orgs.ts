import type { Selectable } from 'kysely'

import type { Org } from '#contract/manage/orgs.ts'
import { problems } from '#contract/problems.ts'
import type { OrgStore } from '#server/ports-manage.ts'
import { ProblemError, type Clock } from '#server/ports.ts'

import { newId } from './ids.ts'
import { appendLog } from './log.ts'
import type { Db } from './open.ts'
import type { OrgsTable } from './schema.ts'

const toOrg = ({ id, slug, name, zone, created_at }: Selectable<OrgsTable>): Org => ({
  id,
  slug,
  name,
  zone,
  createdAt: new Date(created_at).toISOString(),
})

export function createOrgs({ read, transact, dialect }: Db, clock: Clock): OrgStore {
  const rows = () => read.selectFrom('orgs').selectAll()
  return {
    bySlug: (slug) =>
      read.selectFrom('orgs').select(['id', 'slug', 'name', 'zone']).where('slug', '=', slug).executeTakeFirst(),
    async list(ids) {
      if (ids !== 'all' && ids.length === 0) return []
      const asked = ids === 'all' ? rows() : rows().where('id', 'in', ids)
      return (await asked.orderBy('name').orderBy('id').execute()).map(toOrg)
    },
    async view(id) {
      const row = await rows().where('id', '=', id).executeTakeFirst()
      return row && toOrg(row)
    },
    create: ({ slug, name, zone }, actor) =>
      transact(async (trx) => {
        if (await trx.selectFrom('orgs').select('id').where('slug', '=', slug).executeTakeFirst())
          throw new ProblemError(problems.taken('slug', `An organisation ${slug} already exists.`))
        const at = clock.now()
        const row = { id: newId(at), slug, name, zone, created_at: at }
        await trx.insertInto('orgs').values(row).execute()
        await trx.insertInto('members').values({ org_id: row.id, user_id: actor.id, roles: '["admin"]' }).execute()
        const object = { kind: 'org', id: row.id }
        const line = {
          orgId: row.id,
          at,
          actor,
          object,
          action: 'org.created',
          summary: `Organisation ${name} created.`,
          data: { after: { slug, name, zone } },
        }
        await appendLog({ trx, dialect }, [line])
        return toOrg(row)
      }),
  }
}
