import { z } from 'zod'

import { problems } from '#contract/problems.ts'
import { ProblemError, type Page, type PageAsk, type Position } from '#server/ports.ts'

/** Opaque to callers: which way to go from a row, and the row's place in the order. */
const Cursor = z.tuple([z.enum(['after', 'before'])], z.union([z.string().max(256), z.int()]))

const encode = (way: 'after' | 'before', key: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify([way, ...key])).toString('base64url')

function positionOf(cursor: string | undefined, parts: number): Position {
  if (cursor === undefined) return { at: 'first' }
  if (cursor === 'last') return { at: 'last' }
  const parsed = Cursor.safeParse(jsonOf(cursor))
  if (!parsed.success || parsed.data.length !== parts + 1)
    throw new ProblemError(problems.invalid({ cursor: 'This cursor is not one of this list' }))
  const [at, ...key] = parsed.data
  return { at, key }
}

function jsonOf(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    return undefined
  }
}

interface Asked {
  limit: number
  cursor?: string | undefined
  order?: 'asc' | 'desc' | undefined
}

/**
 * What a list asks of the store.
 * @param parts values that make a row's place in the order, its tie-breaker included
 * @param fallback the order when none is asked for
 * @throws ProblemError 400 for a cursor that is not one of this list
 */
export const askOf = ({ limit, cursor, order }: Asked, parts: number, fallback: 'asc' | 'desc'): PageAsk => ({
  position: positionOf(cursor, parts),
  limit,
  order: order ?? fallback,
})

/** A page as the contract shows it. `keyOf` gives a row's place in the order. */
export function pageReply<Row, Item>(
  { items, hasPrev, hasNext, total }: Page<Row>,
  keyOf: (row: Row) => readonly (string | number)[],
  show: (row: Row) => Item,
): { items: Item[]; prevCursor: string | null; nextCursor: string | null; total: number | null } {
  const [first, last] = [items[0], items.at(-1)]
  return {
    items: items.map(show),
    prevCursor: hasPrev && first !== undefined ? encode('before', keyOf(first)) : null,
    nextCursor: hasNext && last !== undefined ? encode('after', keyOf(last)) : null,
    total,
  }
}
