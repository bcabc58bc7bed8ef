import type { Selectable } from 'kysely'

import type { DeviceFilter } from '#server/ports-manage.ts'
import type { Page, PageAsk, Position } from '#server/ports.ts'

import type { Reader } from './open.ts'
import { afterPrefix, keysetPage } from './page.ts'
import type { DevicesTable } from './schema.ts'

type Row = Selectable<DevicesTable>
type Unfinished = Omit<Page<Row>, 'total'>

/** Rows that are looked through at a time where no index knows the answer: about 3 ms. */
const CHUNK = 500

const keyOf = ({ device_key, id }: Row) => [device_key, id] as const

/** One page of the devices of an organisation, at any size of it, and their number where a counter knows it. */
export async function listDevices(db: Reader, orgId: string, filter: DeviceFilter, ask: PageAsk): Promise<Page<Row>> {
  const { product, version, connection } = filter
  if (product !== undefined && !(await isOwn(db, orgId, product))) return NONE
  const total = await totalOf(db, orgId, filter)
  // whether a device is online changes too often to stand in every index: with another filter, it is looked at row by row
  if (connection === undefined || (product === undefined && version === undefined))
    return { ...(await indexedPage(db, orgId, filter, ask)), total }
  const isOnline = connection === 'online' ? 1 : 0
  const fetch = (next: PageAsk) => indexedPage(db, orgId, { ...filter, connection: undefined }, next)
  return { ...(await sparsePage(fetch, ({ connected }) => connected === isOnline, ask)), total }
}

const NONE: Page<Row> = { items: [], hasPrev: false, hasNext: false, total: 0 }

async function isOwn(db: Reader, orgId: string, productKey: string): Promise<boolean> {
  const own = db.selectFrom('products').select('name').where('product_key', '=', productKey).where('org_id', '=', orgId)
  return (await own.executeTakeFirst()) !== undefined
}

/** Each form of this query has an index that gives its rows in the order of the page. */
function indexedPage(db: Reader, orgId: string, filter: DeviceFilter, ask: PageAsk): Promise<Unfinished> {
  const { product, version, connection, q } = filter
  let rows = db.selectFrom('devices').selectAll()
  // a product is of one organisation: naming that as well would only mislead the planner
  rows = product === undefined ? rows.where('org_id', '=', orgId) : rows.where('product_key', '=', product)
  if (version !== undefined) rows = rows.where('reported_version', '=', version)
  if (connection !== undefined) rows = rows.where('connected', '=', connection === 'online' ? 1 : 0)
  if (q) rows = rows.where('device_key', '>=', q).where('device_key', '<', afterPrefix(q))
  if (product === undefined) return keysetPage(rows, ['device_key', 'id'], ask)
  // unique within a product, so that the key alone is the order
  return keysetPage(rows, ['device_key'], { ...ask, position: keyOnly(ask.position) })
}

const keyOnly = (position: Position): Position =>
  'key' in position ? { ...position, key: position.key.slice(0, 1) } : position

/** A page of the few rows that a test lets through. Looks through them in chunks and lets others work in between. */
async function sparsePage(
  fetch: (ask: PageAsk) => Promise<Unfinished>,
  isWanted: (row: Row) => boolean,
  { position, limit, order }: PageAsk,
): Promise<Unfinished> {
  const isBackward = position.at === 'before' || position.at === 'last'
  let found: Row[] = []
  for (let next: Position | undefined = position; next;) {
    const page = await fetch({ position: next, limit: CHUNK, order })
    const wanted = page.items.filter(isWanted)
    found = isBackward ? [...wanted, ...found] : [...found, ...wanted]
    const edge: Row | undefined = isBackward ? page.items[0] : page.items.at(-1)
    const goesOn = (isBackward ? page.hasPrev : page.hasNext) && found.length <= limit
    next = goesOn && edge ? { at: isBackward ? 'before' : 'after', key: keyOf(edge) } : undefined
    await new Promise(setImmediate)
  }
  const isMore = found.length > limit
  return isBackward
    ? { items: found.slice(-limit), hasPrev: isMore, hasNext: position.at === 'before' }
    : { items: found.slice(0, limit), hasPrev: position.at === 'after', hasNext: isMore }
}

async function totalOf(db: Reader, orgId: string, filter: DeviceFilter): Promise<number | null> {
  const { product, version, connection, q } = filter
  if (q) return null
  let counted = db.selectFrom('field_versions').where('org_id', '=', orgId)
  if (product !== undefined) counted = counted.where('product_key', '=', product)
  if (version !== undefined) counted = counted.where('version', '=', version)
  const { n, online } = await counted
    .select((eb) => [eb.fn.sum<number | null>('n').as('n'), eb.fn.sum<number | null>('online').as('online')])
    .executeTakeFirstOrThrow()
  if (connection === 'online') return online ?? 0
  return (n ?? 0) - (connection === 'offline' ? (online ?? 0) : 0)
}

/** Versions with the number of devices on each, most first. */
export async function versionsInField(db: Reader, orgId: string, product: string | undefined) {
  let rows = db.selectFrom('field_versions').where('org_id', '=', orgId).where('n', '>', 0)
  if (product !== undefined) rows = rows.where('product_key', '=', product)
  const counts = await rows
    .groupBy('version')
    .select((eb) => ['version', eb.fn.sum<number>('n').as('count')])
    .orderBy('count', 'desc')
    .orderBy('version')
    .execute()
  return counts.map(({ version, count }) => ({ version: version === '' ? null : version, count }))
}
