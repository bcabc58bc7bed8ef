import { problems } from '#contract/problems.ts'

import { MockProblem } from './problem.ts'

interface PageAsked {
  limit: number
  cursor?: string | undefined
  sort: string
  order?: 'asc' | 'desc' | undefined
}

interface Page<T> {
  items: T[]
  prevCursor: string | null
  nextCursor: string | null
  total: number
}

const encode = (way: 'after' | 'before', sort: string, key: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(JSON.stringify([way, sort, key]))))

/** A place in one order is none in another. */
function decode(cursor: string, sort: string): [way: string, key: string] {
  try {
    const bytes = Uint8Array.from(atob(cursor), (letter) => letter.charCodeAt(0))
    const [way, ofSort, key, more]: unknown[] = JSON.parse(new TextDecoder().decode(bytes))
    if (typeof way === 'string' && ofSort === sort && typeof key === 'string' && more === undefined) return [way, key]
  } catch {
    // an unreadable cursor is refused like one of the wrong shape
  }
  throw new MockProblem(problems.invalid({ cursor: 'This cursor is not one of this list' }))
}

/**
 * One page by key, so that rows which come or go elsewhere neither repeat nor hide any.
 * @param keyOf unique, and in the order of the list
 * @param fallback the order when none is asked for
 */
export function pageOf<T>(
  rows: readonly T[],
  asked: PageAsked,
  keyOf: (row: T) => string,
  fallback: 'asc' | 'desc',
): Page<T> {
  const { sort, order = fallback } = asked
  const sign = order === 'asc' ? 1 : -1
  const compare = (a: string, b: string) => (a < b ? -sign : a > b ? sign : 0)
  const sorted = rows.toSorted((a, b) => compare(keyOf(a), keyOf(b)))
  const [start, end] = bounds(sorted.map(keyOf), { ...asked, compare })
  const items = sorted.slice(start, end)
  const first = items[0]
  const last = items.at(-1)
  return {
    items,
    prevCursor: first !== undefined && start > 0 ? encode('before', sort, keyOf(first)) : null,
    nextCursor: last !== undefined && end < sorted.length ? encode('after', sort, keyOf(last)) : null,
    total: sorted.length,
  }
}

interface Asked extends PageAsked {
  compare: (a: string, b: string) => number
}

function bounds(keys: readonly string[], { limit, cursor, sort, compare }: Asked): [start: number, end: number] {
  if (cursor === undefined) return [0, Math.min(limit, keys.length)]
  if (cursor === 'last') return [Math.max(0, keys.length - limit), keys.length]
  const [way, key] = decode(cursor, sort)
  if (way === 'before') {
    const end = keys.filter((other) => compare(other, key) < 0).length
    return [Math.max(0, end - limit), end]
  }
  const start = keys.filter((other) => compare(other, key) <= 0).length
  return [start, Math.min(start + limit, keys.length)]
}

export const startsWith = (text: string, q: string | undefined): boolean => q === undefined || text.startsWith(q)
