import { sql, type SelectQueryBuilder } from 'kysely'

import type { Page, PageAsk } from '#server/ports.ts'

import type { Database } from './schema.ts'

/**
 * One page by key: as fast at the end of a million rows as at their beginning, and rows that come or go
 * elsewhere neither repeat nor hide any. There must be an index on `columns`.
 * @param columns the order, its unique tie-breaker last; both databases compare them as one row value
 */
export async function keysetPage<T extends keyof Database, Row>(
  query: SelectQueryBuilder<Database, T, Row>,
  columns: readonly string[],
  { position, limit, order }: PageAsk,
): Promise<Omit<Page<Row>, 'total'>> {
  const backward = position.at === 'before' || position.at === 'last'
  const direction = (order === 'asc') === backward ? 'desc' : 'asc'
  let ordered = query
  if ('key' in position) {
    const compare = sql.raw(direction === 'asc' ? '>' : '<')
    ordered = ordered.where(
      sql<boolean>`(${sql.join(columns.map((column) => sql.ref(column)))}) ${compare} (${sql.join(position.key)})`,
    )
  }
  for (const column of columns) ordered = ordered.orderBy(sql.ref(column), direction)
  // one more than asked for tells whether the list goes on
  const rows = await ordered.limit(limit + 1).execute()
  const more = rows.length > limit
  const items = rows.slice(0, limit)
  return backward
    ? { items: items.reverse(), hasPrev: more, hasNext: position.at === 'before' }
    : { items, hasPrev: position.at === 'after', hasNext: more }
}

/** The same of rows that are all at hand, in any order. */
export function pageOfRows<Row>(
  rows: readonly Row[],
  keyOf: (row: Row) => readonly string[],
  { position, limit, order }: PageAsk,
): Omit<Page<Row>, 'total'> {
  const sign = order === 'asc' ? 1 : -1
  const compare = (a: readonly (string | number)[], b: readonly (string | number)[]): number => {
    const at = a.findIndex((part, n) => part !== b[n])
    return at < 0 ? 0 : (a[at] ?? '') < (b[at] ?? '') ? -sign : sign
  }
  const sorted = rows.toSorted((a, b) => compare(keyOf(a), keyOf(b)))
  const past = (wanted: (order: number) => boolean) =>
    'key' in position ? sorted.filter((row) => wanted(compare(keyOf(row), position.key))) : sorted
  if (position.at === 'before' || position.at === 'last') {
    const before = past((difference) => difference < 0)
    return { items: before.slice(-limit), hasPrev: before.length > limit, hasNext: position.at === 'before' }
  }
  const after = past((difference) => difference > 0)
  return { items: after.slice(0, limit), hasPrev: position.at === 'after', hasNext: after.length > limit }
}

/** The first text after every text that begins with `prefix`; both databases order text by its bytes. */
export const afterPrefix = (prefix: string): string => `${prefix}\u{10ffff}`
