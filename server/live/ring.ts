/** One thing to tell, by name; what it looks like is read when somebody is there to be told. */
export type News =
  | { kind: 'job'; orgId: string; jobId: string }
  | { kind: 'tasks'; orgId: string; jobId: string; deviceIds: readonly string[]; more: boolean }
  | { kind: 'device'; orgId: string; deviceId: string }
  /** More devices than can be told of one by one. */
  | { kind: 'flood'; orgId: string }

export interface Ring {
  add(news: News): void
  /** What came after an id; undefined when that cannot be known (any more). */
  since(id: string): News[] | undefined
  /** Id of the newest entry. */
  latest(): string
}

/**
 * The last news of this process. Their ids carry its name, so that after a restart a browser is told
 * to ask again instead of being told nothing.
 */
export function createRing(epoch: string, size: number): Ring {
  const entries: News[] = []
  let first = 1
  const idOf = (seq: number) => `${epoch}-${seq}`
  const last = () => first + entries.length - 1

  return {
    add(news) {
      entries.push(news)
      // dropped in slices: shifting one by one would move the whole ring for each entry
      if (entries.length >= size * 1.1) first += entries.splice(0, entries.length - size).length
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
