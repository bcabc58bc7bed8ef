/** One thing to tell, by name; what it looks like is read when somebody is there to be told. */
export type News =
  | { kind: 'job'; orgId: string; jobId: string }
  | { kind: 'tasks'; orgId: string; jobId: string; deviceIds: readonly string[]; more: boolean }
  | { kind: 'device'; orgId: string; deviceId: string }

export interface Entry {
  id: string
  news: News
}

export interface Ring {
  add(news: News): Entry
  /** What came after an event; undefined when that cannot be known (any more). */
  since(id: string): Entry[] | undefined
  /** Id of the newest event. */
  latest(): string
}

/**
 * The last events of this process. Their ids carry its name, so that after a restart a browser is told
 * to ask again instead of being told nothing.
 */
export function createRing(epoch: string, size: number): Ring {
  const entries: Entry[] = []
  let first = 1
  const idOf = (seq: number) => `${epoch}-${seq}`
  const last = () => first + entries.length - 1

  return {
    add(news) {
      const entry = { id: idOf(last() + 1), news }
      entries.push(entry)
      // dropped in slices: shifting one by one would move the whole ring for each event
      if (entries.length >= size * 1.1) first += entries.splice(0, entries.length - size).length
      return entry
    },
    since(id) {
      const cut = id.lastIndexOf('-')
      const seq = Number(id.slice(cut + 1))
      if (id.slice(0, cut) !== epoch || !Number.isSafeInteger(seq)) return undefined
      return seq >= first - 1 && seq <= last() ? entries.slice(seq - first + 1) : undefined
    },
    latest: () => idOf(last()),
  }
}
