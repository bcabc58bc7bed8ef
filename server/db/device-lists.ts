import type { Selectable } from 'kysely'

import type { DeviceList } from '#contract/manage/device-lists.ts'
import { problems } from '#contract/problems.ts'
import { keptOf } from '#domain/changes.ts'
import { canDeleteList } from '#domain/device-list.ts'
import type { DeviceListStore } from '#server/ports-device-lists.ts'
import { ProblemError, type Actor, type Clock } from '#server/ports.ts'

import { clearList, draftOf } from './device-list-keys.ts'
import { appendLog } from './log.ts'
import type { Db, Reader, Trx } from './open.ts'
import { afterPrefix, keysetPage } from './page.ts'
import type { DeviceListsTable } from './schema-kept.ts'

/** A list that is still being kept after that long was left by a process that died. */
const ABANDONED_MS = 3_600_000

type Row = Selectable<DeviceListsTable> & { product_name: string }

const toList = (row: Row): DeviceList => ({
  id: row.id,
  name: row.name,
  productKey: row.product_key,
  productName: row.product_name,
  keyCount: row.key_count,
  repeatedCount: row.repeated_count,
  unknownCount: row.unknown_count,
  createdBy: { id: row.created_by, name: row.created_by_name },
  createdAt: new Date(row.created_at).toISOString(),
})

const ready = (db: Reader, orgId: string) =>
  db
    .selectFrom('device_lists')
    .innerJoin('products', 'products.product_key', 'device_lists.product_key')
    .selectAll('device_lists')
    .select('products.name as product_name')
    .where('device_lists.org_id', '=', orgId)
    .where('state', '=', 'ready')

/** Unfinished jobs are few, so that their scopes are read rather than the list be written beside each job. */
async function unfinishedJobsOf(trx: Trx, orgId: string, listId: string): Promise<number> {
  const jobs = trx.selectFrom('jobs').where('org_id', '=', orgId).where('state', '<>', 'completed')
  const { n } = await jobs
    .where('scope', 'like', `%"deviceListId":"${listId}"%`)
    .select((on) => on.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow()
  return n
}

export function createDeviceLists(db: Db, clock: Clock): DeviceListStore {
  const { read, transact, dialect } = db
  const log = (trx: Trx, orgId: string, actor: Actor, list: DeviceList, verb: 'created' | 'deleted') =>
    appendLog({ trx, dialect }, [
      {
        orgId,
        actor,
        at: clock.now(),
        object: { kind: 'deviceList', id: list.id },
        action: `deviceList.${verb}`,
        summary: `Device list ${list.name} ${verb}.`,
        data: { [verb === 'created' ? 'after' : 'before']: keptOf('deviceList', list) },
      },
    ])
  async function find(source: Reader, orgId: string, listId: string): Promise<DeviceList | undefined> {
    const row = await ready(source, orgId).where('device_lists.id', '=', listId).executeTakeFirst()
    return row && toList(row)
  }
  return {
    async list(orgId, { product, q }, ask) {
      let rows = ready(read, orgId)
      if (product !== undefined) rows = rows.where('device_lists.product_key', '=', product)
      if (q) rows = rows.where('device_lists.name', '>=', q).where('device_lists.name', '<', afterPrefix(q))
      const page = await keysetPage(rows, ['device_lists.created_at', 'device_lists.id'], ask)
      // an organisation has few lists: counting them costs nothing
      const { n } = await rows
        .clearSelect()
        .select((on) => on.fn.countAll<number>().as('n'))
        .executeTakeFirstOrThrow()
      return { ...page, items: page.items.map(toList), total: n }
    },
    view: (orgId, listId) => find(read, orgId, listId),
    draft: () =>
      draftOf(db, clock, async (trx, orgId, listId, actor) => {
        const list = await find(trx, orgId, listId)
        if (!list) throw new Error(`The device list ${listId} was not kept.`)
        await log(trx, orgId, actor, list, 'created')
        return list
      }),
    async delete(orgId, listId, actor) {
      await transact(async (trx) => {
        const list = await find(trx, orgId, listId)
        if (!list) throw new ProblemError(problems.notFound('Device list'))
        const allowed = canDeleteList(await unfinishedJobsOf(trx, orgId, listId))
        if (allowed !== true) throw new ProblemError({ status: 409, ...allowed })
        await trx.updateTable('device_lists').set({ state: 'gone' }).where('id', '=', listId).execute()
        await log(trx, orgId, actor, list, 'deleted')
      })
      await clearList(db, listId)
    },
    async sweep() {
      const left = read
        .selectFrom('device_lists')
        .select('id')
        .where((on) =>
          on.or([
            on('state', '=', 'gone'),
            on.and([on('state', '=', 'loading'), on('created_at', '<', clock.now() - ABANDONED_MS)]),
          ]),
        )
      for (const { id } of await left.execute()) await clearList(db, id)
    },
  }
}
