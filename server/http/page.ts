import { z } from 'zod'

import { PARAGRAPHS } from '#contract/manage/common.ts'
import { problems } from '#contract/problems.ts'
import { ProblemError, type Page, type PageAsk, type Position } from '#server/ports.ts'

const Text = z
  .string()
  .max(256)
  .regex(...PARAGRAPHS)

/** Opaque to callers: which way to go from a row, in which order, and the row's place in it. */
const Cursor = z.tuple([z.enum(['after', 'before']), z.string()], z.union([Text, z.int()]))

const encode = (way: 'after' | 'before', sort: string, key: readonly (string | number)[]): string =>
  Buffer.from(JSON.stringify([way, sort, ...key])).toString('base64url')

/** What a value in a row's place is; databases do not compare one kind with the other alike. */
export type Part = 'string' | 'number'

function positionOf({ cursor, sort }: Asked, parts: readonly Part[]): Position {
  if (cursor === undefined) return { at: 'first' }
  if (cursor === 'last') return { at: 'last' }
  const parsed = Cursor.safeParse(jsonOf(cursor))
  const [at, ofSort, ...key] = parsed.data ?? []
  const fits = key.length === parts.length && key.every((value, n) => typeof value === parts[n])
  if (at === undefined || ofSort !== sort || !fits)
    throw new ProblemError(problems.invalid({ cursor: 'This cursor is not one of this list' }))
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
  sort: string
  order?: 'asc' | 'desc' | undefined
}

/**
 * What a list asks of the store.
 * @param parts what makes a row's place in the order, its tie-breaker included
 * @param fallback the order when none is asked for
 * @throws ProblemError 400 for a cursor that is not one of this list
 */
export const askOf = (asked: Asked, parts: readonly Part[], fallback: 'asc' | 'desc'): PageAsk => ({
  position: positionOf(asked, parts),
  limit: asked.limit,
  order: asked.order ?? fallback,
})

/**
 * A page as the contract shows it.
 * @param sort the order in which it was asked for
 * @param keyOf a row's place in that order
 */
export function pageReply<Row, Item>(
  sort: string,
  { items, hasPrev, hasNext, total }: Page<Row>,
  keyOf: (row: Row) => readonly (string | number)[],
  show: (row: Row) => Item,
): { items: Item[]; prevCursor: string | null; nextCursor: string | null; total: number | null } {
  const [first, last] = [items[0], items.at(-1)]
  return {
    items: items.map(show),
    prevCursor: hasPrev && first !== undefined ? encode('before', sort, keyOf(first)) : null,
    nextCursor: hasNext && last !== undefined ? encode('after', sort, keyOf(last)) : null,
    total,
  }
}
