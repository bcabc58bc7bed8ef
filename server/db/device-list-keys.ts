import type { DeviceList, DeviceListAsk } from '#contract/manage/device-lists.ts'
import { problems } from '#contract/problems.ts'
import type { DeviceListDraft } from '#server/ports-device-lists.ts'
import { ProblemError, type Actor, type Clock } from '#server/ports.ts'

import { newId } from './ids.ts'
import { insertMany, type Column } from './many.ts'
import type { Db, Reader, Trx } from './open.ts'
import { isOwnProduct } from './products.ts'
import type { DeviceListKeysTable, DeviceListsTable } from './schema-kept.ts'
import { createSortedKeys } from './sorted-keys.ts'

/** Keys written or removed in one transaction: some milliseconds, so that devices report in between. */
const CHUNK = 1_000

const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

const COLUMNS: readonly Column<DeviceListKeysTable>[] = [
  ['list_no', 'integer', ({ list_no }) => list_no],
  ['device_key', 'text', ({ device_key }) => device_key],
]

/** How many of the keys a device of the product has. */
async function known(db: Reader, productKey: string, keys: readonly string[]): Promise<number> {
  const found = db.selectFrom('devices').where('product_key', '=', productKey).where('device_key', 'in', keys)
  const { n } = await found.select((on) => on.fn.countAll<number>().as('n')).executeTakeFirstOrThrow()
  return n
}

/** The list's row, which nobody sees yet. */
async function begin(trx: Trx, orgId: string, { product, name }: DeviceListAsk, actor: Actor, at: number) {
  if (!(await isOwnProduct(trx, orgId, product))) throw new ProblemError(problems.notFound('Product'))
  const { last } = await trx
    .selectFrom('device_lists')
    .select((on) => on.fn.max<number | null>('no').as('last'))
    .executeTakeFirstOrThrow()
  const row: DeviceListsTable = {
    id: newId(at),
    no: (last ?? 0) + 1,
    org_id: orgId,
    product_key: product,
    name,
    state: 'loading',
    key_count: 0,
    repeated_count: 0,
    unknown_count: 0,
    created_by: actor.id,
    created_by_name: actor.name,
    created_at: at,
  }
  await trx.insertInto('device_lists').values(row).execute()
  return row
}

/** @param made tells of the list in the transaction that makes it visible */
export function draftOf(
  db: Db,
  clock: Clock,
  made: (trx: Trx, orgId: string, listId: string, actor: Actor) => Promise<DeviceList>,
): DeviceListDraft {
  const sorted = createSortedKeys()
  const { transact, read, dialect } = db

  async function fill({ no, product_key }: DeviceListsTable) {
    const count = { keys: 0, known: 0 }
    for (const keys of sorted.chunks(CHUNK)) {
      const rows = keys.map((device_key) => ({ list_no: no, device_key }))
      await transact((trx) => insertMany({ trx, dialect }, 'device_list_keys', COLUMNS, rows))
      count.keys += keys.length
      count.known += await known(read, product_key, keys)
      await breathe()
    }
    return { key_count: count.keys, unknown_count: count.keys - count.known, repeated_count: sorted.repeated() }
  }

  return {
    add: sorted.add,
    async keep(orgId, wanted, actor) {
      const row = await transact((trx) => begin(trx, orgId, wanted, actor, clock.now()))
      try {
        const counts = await fill(row)
        return await transact(async (trx) => {
          const set = { ...counts, state: 'ready' as const }
          await trx.updateTable('device_lists').set(set).where('id', '=', row.id).execute()
          return made(trx, orgId, row.id, actor)
        })
      } catch (error) {
        await clearList(db, row.id)
        throw error
      }
    },
  }
}

/** Removes a list that nobody sees any more, its keys some at a time and itself last: what is cut off is swept later. */
export async function clearList({ transact }: Db, listId: string): Promise<void> {
  for (let left = true; left;) {
    left = await transact(async (trx) => {
      const list = await trx.selectFrom('device_lists').select('no').where('id', '=', listId).executeTakeFirst()
      if (!list) return false
      const keys = trx.selectFrom('device_list_keys').select('device_key').where('list_no', '=', list.no)
      const last = (await keys.orderBy('device_key').limit(CHUNK).execute()).at(-1)?.device_key
      if (last === undefined) {
        await trx.deleteFrom('device_lists').where('id', '=', listId).execute()
        return false
      }
      const some = trx.deleteFrom('device_list_keys').where('list_no', '=', list.no)
      await some.where('device_key', '<=', last).execute()
      return true
    })
    await breathe()
  }
}
