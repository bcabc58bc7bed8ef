/** Keys sorted at once: some milliseconds. */
const RUN = 5_000

/** A sorted run as one text: a byte for each character, where an array of texts would take five times as much. */
interface Cursor {
  run: string
  /** Where the next key begins; -1 at the end. */
  next: number
  key: string
}

function step(cursor: Cursor): boolean {
  if (cursor.next === -1) return false
  const end = cursor.run.indexOf('\n', cursor.next)
  cursor.key = end === -1 ? cursor.run.slice(cursor.next) : cursor.run.slice(cursor.next, end)
  cursor.next = end === -1 ? -1 : end + 1
  return true
}

/** Puts the first of a heap where it belongs, after its key has grown. */
function sink(heap: Cursor[]): void {
  for (let at = 0; ;) {
    const [left, right] = [2 * at + 1, 2 * at + 2]
    let least = at
    for (const child of [left, right]) if (isBefore(heap[child], heap[least])) least = child
    if (least === at) return
    const moved = heap[at] as Cursor
    heap[at] = heap[least] as Cursor
    heap[least] = moved
    at = least
  }
}

const isBefore = (a: Cursor | undefined, b: Cursor | undefined): boolean =>
  a !== undefined && b !== undefined && a.key < b.key

export interface SortedKeys {
  add(keys: readonly string[]): void
  /** Every key once, in the order of its bytes, `size` at a time; each step takes a few milliseconds at most. */
  chunks(size: number): Generator<string[]>
  /** Keys that were there already; known when all chunks have been taken. */
  repeated(): number
}

/**
 * Sorts a million keys without ever stopping the loop for long and with little memory: sorted in small runs as they
 * come, and merged as they are taken. Keys hold no line end.
 */
export function createSortedKeys(): SortedKeys {
  const runs: string[] = []
  let open: string[] = []
  let repeated = 0

  function close(): void {
    if (open.length > 0) runs.push(open.sort((a, b) => (a < b ? -1 : 1)).join('\n'))
    open = []
  }

  function* merged(): Generator<string> {
    const heap = runs.map((run): Cursor => ({ run, next: 0, key: '' })).filter(step)
    // runs in the order of their first keys are a heap already
    heap.sort((a, b) => (a.key < b.key ? -1 : 1))
    while (heap[0]) {
      yield heap[0].key
      if (!step(heap[0])) {
        const last = heap.pop()
        if (last && heap.length > 0) heap[0] = last
      }
      sink(heap)
    }
  }

  return {
    add(keys) {
      for (const key of keys) {
        open.push(key)
        if (open.length === RUN) close()
      }
    },
    *chunks(size) {
      close()
      let chunk: string[] = []
      let last: string | undefined
      for (const key of merged()) {
        if (key === last) {
          repeated += 1
          continue
        }
        last = key
        chunk.push(key)
        if (chunk.length < size) continue
        yield chunk
        chunk = []
      }
      if (chunk.length > 0) yield chunk
    },
    repeated: () => repeated,
  }
}
