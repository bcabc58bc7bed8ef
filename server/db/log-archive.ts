import { DEPLOYMENT, archivedWords, droppedWords } from '#domain/log-words.ts'
import type { ArchivedMonth, LogArchiveStore, LogMonth } from '#server/ports-activity.ts'
import type { Clock } from '#server/ports.ts'
import type { Selectable } from 'kysely'

import { appendLog, lineOf } from './log.ts'
import type { Db, Reader, Trx } from './open.ts'
import type { LogArchivesTable } from './schema-kept.ts'
import type { LogTable } from './schema-kept.ts'

/** Lines that are read, and lines that are dropped, at once. */
const AT_ONCE = 500

const toMonth = (row: Selectable<LogArchivesTable>): ArchivedMonth => ({
  name: row.name,
  from: row.from_at,
  until: row.until_at,
  file: row.file,
  sha256: row.sha256,
  lines: row.lines,
  byOrg: JSON.parse(row.by_org) as Record<string, number>,
})

/** A line with all that is known of it; the file is all that stays. */
const toText = (row: Selectable<LogTable>): string => {
  const { summary, ...line } = lineOf(row)
  const { object_kind: kind, object_id: id } = row
  const whole = { ...line, orgId: row.org_id, at: new Date(row.at).toISOString(), object: { kind, id } }
  return `${JSON.stringify({ ...whole, summary, data: JSON.parse(row.data) as unknown })}\n`
}

/** Organisations that have lines, with the time of their first: one step in the index for each. */
async function firsts(db: Reader): Promise<{ orgId: string; at: number }[]> {
  const found: { orgId: string; at: number }[] = []
  for (let after = ''; ;) {
    const next = db.selectFrom('log').select(['org_id', 'at']).where('org_id', '>', after)
    const row = await next.orderBy('org_id').orderBy('at').limit(1).executeTakeFirst()
    if (!row) return found
    found.push({ orgId: row.org_id, at: row.at })
    after = row.org_id
  }
}

const within = (db: Reader, orgId: string, { from, until }: LogMonth) =>
  db.selectFrom('log').where('org_id', '=', orgId).where('at', '>=', from).where('at', '<', until)

async function* textsOf(db: Reader, orgId: string, month: LogMonth): AsyncGenerator<string[]> {
  let rest = within(db, orgId, month)
  for (;;) {
    const rows = await rest.selectAll().orderBy('at').orderBy('id').limit(AT_ONCE).execute()
    if (rows.length > 0) yield rows.map(toText)
    const last = rows.at(-1)
    if (!last || rows.length < AT_ONCE) return
    const { at, id } = last
    rest = within(db, orgId, { ...month, from: at }).where((on) =>
      on.or([on('at', '>', at), on.and([on('at', '=', at), on('id', '>', id)])]),
    )
  }
}

const SYSTEM = { kind: 'system', id: '', name: 'system', address: '' } as const

/** Months of the log: read for the archive, and dropped once the archive holds them. */
export function createLogArchive({ read, transact, dialect }: Db, clock: Clock): LogArchiveStore {
  const tell = (trx: Trx, name: string, verb: 'archived' | 'dropped', words: readonly (readonly [string, string])[]) =>
    appendLog(
      { trx, dialect },
      words.map(([orgId, summary]) => ({
        orgId,
        summary,
        at: clock.now(),
        actor: SYSTEM,
        object: { kind: 'log', id: name },
        action: `log.${verb}`,
      })),
    )
  const marked = (name: string) => read.selectFrom('log_archives').selectAll().where('name', '=', name)

  const dropSome = (month: ArchivedMonth, orgId: string): Promise<number> =>
    transact(async (trx) => {
      const some = within(trx, orgId, month).select('id').orderBy('at').orderBy('id').limit(AT_ONCE)
      const { numDeletedRows } = await trx.deleteFrom('log').where('id', 'in', some).executeTakeFirst()
      const n = Number(numDeletedRows)
      await trx
        .updateTable('log_archives')
        .set((on) => ({ dropped: on('dropped', '+', n) }))
        .where('name', '=', month.name)
        .execute()
      return n
    })
  return {
    async oldest() {
      const times = (await firsts(read)).map(({ at }) => at)
      return times.length === 0 ? undefined : Math.min(...times)
    },
    async *texts(month) {
      for (const { orgId } of await firsts(read))
        for await (const texts of textsOf(read, orgId, month)) yield { orgId, texts }
    },
    isFree: async (name) => (await marked(name).executeTakeFirst()) === undefined,
    async unfinished() {
      const rows = read.selectFrom('log_archives').selectAll().where('dropped_at', 'is', null)
      return (await rows.orderBy('name').execute()).map(toMonth)
    },
    archived: (month) =>
      transact(async (trx) => {
        const { name, from, until, file, sha256, lines, byOrg } = month
        const kept = { name, file, sha256, lines, from_at: from, until_at: until, by_org: JSON.stringify(byOrg) }
        const row: LogArchivesTable = { ...kept, dropped: 0, archived_at: clock.now(), dropped_at: null }
        await trx.insertInto('log_archives').values(row).execute()
        await tell(trx, name, 'archived', [[DEPLOYMENT, archivedWords(name, lines, file)]])
      }),
    async drop(month) {
      const { dropped } = await marked(month.name).executeTakeFirstOrThrow()
      let left = 0
      for (const { orgId } of await firsts(read)) {
        const counted = within(read, orgId, month).select((on) => on.fn.countAll<number>().as('n'))
        left += (await counted.executeTakeFirstOrThrow()).n
      }
      if (left !== month.lines - dropped)
        throw new Error(
          `The log has ${left} lines of ${month.name} and ${month.file} accounts for ${month.lines - dropped}.`,
        )
      for (const orgId of Object.keys(month.byOrg))
        for (let n = AT_ONCE; n === AT_ONCE;) n = await dropSome(month, orgId)
      await transact(async (trx) => {
        const set = { dropped_at: clock.now() }
        await trx.updateTable('log_archives').set(set).where('name', '=', month.name).execute()
        const words = Object.entries(month.byOrg).map(([orgId, n]) => [orgId, droppedWords(month.name, n)] as const)
        await tell(trx, month.name, 'dropped', words)
      })
    },
  }
}
