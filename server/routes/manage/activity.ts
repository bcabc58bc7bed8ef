import type { FastifyInstance } from 'fastify'

import { activity as api, type ActivityEntry } from '#contract/manage/activity.ts'
import { DEPLOYMENT } from '#domain/log-words.ts'
import { ACTIVITY_COLUMNS } from '#domain/tables.ts'
import { sendCsv, walk } from '#server/http/csv.ts'
import { askOf, pageReply } from '#server/http/page.ts'
import { serve, serveRaw } from '#server/http/serve.ts'
import type { ActivityFilter, ActivityStore } from '#server/ports-activity.ts'

/** Rows of the export that are read at once. */
const PAGE = 500

type Asked = Omit<ActivityFilter, 'from' | 'to'> & { from?: string | undefined; to?: string | undefined }

const timeOf = (iso: string | undefined): number | undefined => (iso === undefined ? undefined : Date.parse(iso))
const filterOf = ({ actor, object, action, from, to }: Asked): ActivityFilter => ({
  actor,
  object,
  action,
  from: timeOf(from),
  to: timeOf(to),
})

const keyOf = ({ at, id }: ActivityEntry) => [Date.parse(at), id]

export function activityRoutes(app: FastifyInstance, activity: ActivityStore): void {
  serve(app, api.list, async ({ query }, { org }) => {
    const page = await activity.list(org.id, filterOf(query), askOf(query, ['number', 'string'], 'desc'))
    return pageReply(query.sort, page, keyOf, (entry) => entry)
  })
  serve(app, api.deployment, async ({ query }) => {
    const page = await activity.list(DEPLOYMENT, filterOf(query), askOf(query, ['number', 'string'], 'desc'))
    return pageReply(query.sort, page, keyOf, (entry) => entry)
  })
  serveRaw(app, api.csv, async ({ query }, { org }, exchange) => {
    const filter = filterOf(query)
    const pages = walk<ActivityEntry>((after) =>
      activity.list(org.id, filter, {
        position: after ? { at: 'after', key: keyOf(after) } : { at: 'first' },
        limit: PAGE,
        order: 'desc',
      }),
    )
    return sendCsv(exchange, { fileName: `activity-${org.slug}`, columns: ACTIVITY_COLUMNS, pages })
  })
}
