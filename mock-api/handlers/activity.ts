import { activity as api, type ActivityEntry } from '#contract/manage/activity.ts'
import { ACTIVITY_COLUMNS } from '#domain/tables.ts'
import { DEPLOYMENT } from '#domain/log-words.ts'
import { mock, raw } from '#mock-api/bind.ts'
import { csvResponse } from '#mock-api/csv.ts'
import { db } from '#mock-api/db.ts'
import { logKey } from '#mock-api/log.ts'
import { pageOf } from '#mock-api/page.ts'
import type { LogRow } from '#mock-api/world.ts'

interface Asked {
  actor?: string | undefined
  object?: string | undefined
  action?: string | undefined
  from?: string | undefined
  to?: string | undefined
}

const isPerson = ({ actorKind }: LogRow): boolean => actorKind === 'user' || actorKind === 'token'

const matching = (orgId: string, { actor, object, action, from, to }: Asked): LogRow[] =>
  db.log.filter(
    (row) =>
      row.orgId === orgId &&
      (actor === undefined || (row.actor.id === actor && isPerson(row))) &&
      (object === undefined || (row.objectId === object && row.objectKind !== 'task')) &&
      (action === undefined || row.action === action) &&
      (from === undefined || Date.parse(row.at) >= Date.parse(from)) &&
      (to === undefined || Date.parse(row.at) <= Date.parse(to)),
  )

const entryView = ({ orgId: _, ...row }: LogRow): ActivityEntry => row

export const activityHandlers = [
  raw(api.csv, ({ query }, { org }) => {
    const rows = matching(org.id, query).toSorted((a, b) => (logKey(a) < logKey(b) ? 1 : -1))
    return csvResponse(`activity-${org.slug}`, ACTIVITY_COLUMNS, rows)
  }),

  mock(api.deployment, ({ query }) => {
    const page = pageOf(matching(DEPLOYMENT, query), query, logKey, 'desc')
    return { ...page, items: page.items.map(entryView) }
  }),

  mock(api.list, ({ query }, { org }) => {
    const page = pageOf(matching(org.id, query), query, logKey, 'desc')
    return { ...page, items: page.items.map(entryView) }
  }),
]
