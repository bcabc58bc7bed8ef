import { sql, type Selectable } from 'kysely'

import { askedTag, hasTag, isUnseen, unseenBefore, type AskedTag } from '#domain/device-filter.ts'
import type { DeviceFilter } from '#server/ports-manage.ts'
import type { Page, PageAsk, Position } from '#server/ports.ts'

import type { Reader } from './open.ts'
import { afterPrefix, keysetPage, pageOfRows } from './page.ts'
import { isOwnProduct } from './products.ts'
import type { DevicesTable } from './schema.ts'

type Row = Selectable<DevicesTable>
type Unfinished = Omit<Page<Row>, 'total'>

/** What is asked for, at a moment. */
export interface Filter extends Pick<DeviceFilter, 'product' | 'version' | 'connection' | 'q'> {
  tag?: AskedTag | undefined
  /** Offline since before then, epoch ms. */
  unseenBefore?: number | undefined
}

export const filterAt = ({ tag, unseenDays, ...filter }: DeviceFilter, now: number): Filter => ({
  ...filter,
  tag: tag ? askedTag(tag) : undefined,
  unseenBefore: unseenDays === undefined ? undefined : unseenBefore(unseenDays, now),
})

/** Rows that are looked through at a time where no index knows the answer: about 3 ms. */
const CHUNK = 500
/** As many as are read at once and put in order here: about 10 ms. */
const FEW = 2_000

const keyOf = ({ device_key, id }: Row) => [device_key, id] as const

/** One page of the devices of an organisation, at any size of it, and their number where a counter knows it. */
export async function listDevices(db: Reader, orgId: string, filter: Filter, ask: PageAsk): Promise<Page<Row>> {
  if (filter.product !== undefined && !(await isOwnProduct(db, orgId, filter.product))) return NONE
  const missed = await fewMissed(db, orgId, filter)
  if (missed) {
    const rows = missed.filter(isWanted(filter))
    return { ...pageOfRows(rows, keyOf, ask), total: rows.length }
  }
  const total = await totalOf(db, orgId, filter)
  const { by, leavesNothing } = indexFor(filter)
  const fetch = (next: PageAsk) => indexedPage(db, orgId, by, next)
  return { ...(await (leavesNothing ? fetch(ask) : sparsePage(fetch, isWanted(filter), ask))), total }
}

const NONE: Page<Row> = { items: [], hasPrev: false, hasNext: false, total: 0 }

/** The devices that have not been seen for long, when they are few, as they should be: their index has another order. */
async function fewMissed(db: Reader, orgId: string, { product, unseenBefore: before }: Filter) {
  if (before === undefined) return undefined
  const products = db.selectFrom('products').select('product_key').where('org_id', '=', orgId)
  const missed = db
    .selectFrom('devices')
    .where('product_key', 'in', product === undefined ? products : [product])
    .where(sql<boolean>`offline_since < ${before}`)
  // asked of the index alone: where there are more, it would be in vain to read so many rows for each page
  const isMore = missed.select(sql.lit(1).as('one')).offset(FEW).limit(1)
  return (await isMore.executeTakeFirst()) ? undefined : missed.selectAll().execute()
}

/**
 * What one index can answer of a filter, and whether that is all of it. The rest is looked at row by row: a device is
 * online, or not, too often for that to stand in every index.
 */
function indexFor({ q, ...rest }: Filter): { by: Filter; leavesNothing: boolean } {
  const { product, version, connection, tag, unseenBefore: before } = rest
  const asked = Object.values(rest).filter((part) => part !== undefined).length
  if (tag) return { by: { q, tag }, leavesNothing: asked === 1 }
  if (product !== undefined || version !== undefined)
    return { by: { q, product, version }, leavesNothing: connection === undefined && before === undefined }
  return before === undefined
    ? { by: { q, connection }, leavesNothing: true }
    : { by: { q, connection: 'offline' }, leavesNothing: false }
}

const isWanted = ({ q = '', product, version, connection, tag, unseenBefore: before }: Filter) => {
  const isOnline = connection === 'online' ? 1 : 0
  return (row: Row): boolean =>
    row.device_key.startsWith(q) &&
    (product === undefined || row.product_key === product) &&
    (version === undefined || row.reported_version === version) &&
    (connection === undefined || row.connected === isOnline) &&
    (tag === undefined || hasTag(JSON.parse(row.tags) as Record<string, string>, tag)) &&
    (before === undefined || isUnseen(presenceOf(row), before))
}

const presenceOf = ({ connected, last_seen_at, created_at }: Row) =>
  ({ connection: connected === 1 ? 'online' : 'offline', lastSeenAt: last_seen_at, createdAt: created_at }) as const

/** Each form of this query has an index that gives its rows in the order of the page. */
function indexedPage(db: Reader, orgId: string, filter: Filter, ask: PageAsk): Promise<Unfinished> {
  const { product, version, connection, tag, q } = filter
  if (tag) return taggedPage(db, orgId, { tag, q }, ask)
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

function taggedPage(
  db: Reader,
  orgId: string,
  { tag, q }: { tag: AskedTag; q: string | undefined },
  ask: PageAsk,
): Promise<Unfinished> {
  let rows = db
    .selectFrom('device_tags')
    .innerJoin('devices', 'devices.id', 'device_tags.device_id')
    .selectAll('devices')
    .where('device_tags.org_id', '=', orgId)
    .where('device_tags.tag_key', '=', tag.key)
  if (tag.value !== undefined) rows = rows.where('device_tags.tag_value', '=', tag.value)
  if (q) rows = rows.where('device_tags.device_key', '>=', q).where('device_tags.device_key', '<', afterPrefix(q))
  return keysetPage(rows, ['device_tags.device_key', 'device_tags.device_id'], ask)
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

async function totalOf(db: Reader, orgId: string, filter: Filter): Promise<number | null> {
  const { product, version, connection, q } = filter
  if (q || filter.tag || filter.unseenBefore !== undefined) return null
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
