/**
 * Finds rows by a key without looking at all of them. Rows that were added are taken up at the next question; a list
 * that was replaced or shortened is read anew. The key of a row never changes.
 */
export function lookup<T, K>(rowsNow: () => readonly T[], keyOf: (row: T) => K): (key: K) => readonly T[] {
  let seen: readonly T[] = []
  let count = 0
  let last: T | undefined
  let byKey = new Map<K, T[]>()

  return (key) => {
    const rows = rowsNow()
    if (rows !== seen || rows.length < count || rows[count - 1] !== last) {
      byKey = new Map()
      count = 0
    }
    for (; count < rows.length; count++) {
      const row = rows[count] as T
      const bucket = byKey.get(keyOf(row))
      if (bucket) bucket.push(row)
      else byKey.set(keyOf(row), [row])
    }
    seen = rows
    last = rows[count - 1]
    return byKey.get(key) ?? []
  }
}
