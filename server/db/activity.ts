import { sql, type Selectable, type SqlBool } from 'kysely'

import type { ActivityEntry } from '#contract/manage/activity.ts'
import { changesOf } from '#domain/changes.ts'
import type { ActivityStore } from '#server/ports-activity.ts'

import { lineOf } from './log.ts'
import { BY_PEOPLE, OF_THINGS } from './migrations/011-activity.ts'
import type { Db } from './open.ts'
import { keysetPage } from './page.ts'
import type { LogTable } from './schema-kept.ts'

function toEntry(row: Selectable<LogTable>): ActivityEntry {
  const { actor, at, ...line } = lineOf(row)
  return {
    ...line,
    at: new Date(at).toISOString(),
    actor: { id: actor.id, name: actor.name },
    actorKind: actor.kind,
    address: actor.address,
    objectKind: row.object_kind,
    objectId: row.object_id,
    changes: changesOf(JSON.parse(row.data) as { before?: unknown; after?: unknown }),
  }
}

/** Reads the log by the indexes that its filters have; counting it would read all of it. */
export function createActivity({ read }: Db): ActivityStore {
  return {
    async list(orgId, { actor, object, action, from, to }, ask) {
      let rows = read.selectFrom('log').selectAll().where('org_id', '=', orgId)
      if (actor !== undefined) rows = rows.where('actor_id', '=', actor).where(sql.raw<SqlBool>(BY_PEOPLE))
      if (object !== undefined) rows = rows.where('object_id', '=', object).where(sql.raw<SqlBool>(OF_THINGS))
      if (action !== undefined) rows = rows.where('action', '=', action)
      if (from !== undefined) rows = rows.where('at', '>=', from)
      if (to !== undefined) rows = rows.where('at', '<=', to)
      const page = await keysetPage(rows, ['at', 'id'], ask)
      return { ...page, items: page.items.map(toEntry), total: null }
    },
  }
}
